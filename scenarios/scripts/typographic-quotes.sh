#!/bin/bash
# The article's steps for the host whose disk is sdb, steps 3 and 4 pasted from the printed page, whose quotes are typographic.

mdadm /dev/md1 --fail /dev/sdb3
mdadm /dev/md1 --remove /dev/sdb3

# 3. Remove the device.
echo “scsi remove-single-device 1 0 0 0” > /proc/scsi/scsi

# 4. Rescan, now that the host is there.
echo “- - -” > /sys/class/scsi_host/host1/scan

mdadm /dev/md1 --add /dev/sdb3
