#!/bin/bash
# FLAWED. The founding steps for one disk, without a look whether there is anything to do: from cron it takes a healthy half out of the
# mirrors every night, and until the copy has ended there is only one.
disk=${1:?which disk} host=${2:?on which SCSI host}

mdadm /dev/md0 --fail "/dev/${disk}2"
mdadm /dev/md1 --fail "/dev/${disk}3"
mdadm /dev/md0 --remove "/dev/${disk}2"
mdadm /dev/md1 --remove "/dev/${disk}3"
echo 1 > "/sys/block/$disk/device/delete"
echo "- - -" > "/sys/class/scsi_host/$host/scan"
mdadm /dev/md0 --add "/dev/${disk}2"
mdadm /dev/md1 --add "/dev/${disk}3"
