#!/bin/bash
# FLAWED. Asks /proc/mdstat for md1 and takes what it finds for the answer: "md1" is in "md10" too, and the place of a letter in [U_] is
# no name of a disk. As long as there are fewer than ten arrays, and members in the order of their names, it works.
set -u

status=$(grep -A 1 'md1' /proc/mdstat | grep -o '\[[U_]*\]')
case $status in
  *_U*) disk=sda host=host0 ;;
  *U_*) disk=sdb host=host1 ;;
  *) exit 0 ;;
esac
echo "md1 is degraded: $disk"
mdadm /dev/md1 --fail "/dev/${disk}2"
mdadm /dev/md1 --remove "/dev/${disk}2"
echo 1 > "/sys/block/$disk/device/delete"
echo "- - -" > "/sys/class/scsi_host/$host/scan"
mdadm /dev/md1 --add "/dev/${disk}2"
