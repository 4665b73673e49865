#!/bin/bash
# FLAWED. Gives a disk that came back to the mirrors again: deletes the device, scans, adds. The members that died with it stay in
# the mirrors, and so does their hold on the old name.
disk=${1:?which disk} host=${2:?on which SCSI host}

if dd if="/dev/$disk" of=/dev/null bs=4096 count=1 iflag=direct status=none 2> /dev/null && ! grep -q '(F)' /proc/mdstat; then
  echo "$disk is well"
  exit 0
fi
echo 1 > "/sys/block/$disk/device/delete"
echo "- - -" > "/sys/class/scsi_host/$host/scan"
mdadm /dev/md0 --add "/dev/${disk}2"
mdadm /dev/md1 --add "/dev/${disk}3"
