#!/bin/sh
# The steps of the founding article to the letter, for the host whose disk is sda: to be run when that host is up again.

# 1. Mark any disk partitions that belong to the vSCSI host as failed.
mdadm /dev/md0 -f /dev/sda2
mdadm /dev/md1 -f /dev/sda3

# 2. Remove the partitions from the raid sets.
mdadm /dev/md0 -r /dev/sda2
mdadm /dev/md1 -r /dev/sda3

# 3. Remove the device.
echo "scsi remove-single-device 0 0 0 0" > /proc/scsi/scsi

# 4. Rescan, now that the host is there.
echo "- - -" > /sys/class/scsi_host/host0/scan

# 5. Add the partitions.
mdadm /dev/md0 -a /dev/sda2
mdadm /dev/md1 -a /dev/sda3
