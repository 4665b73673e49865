#!/bin/bash
# FLAWED. The program of mdadm --monitor, called with event, array and member. It cares for every mirror that has a part of the disk, and
# looks for the disk until it is back. The admin calls it by hand as well; what it does to the other mirror is an event again. There is no lock.
set -u
[ "$1" = Fail ] || exit 0
part=${3##*/}
disk=${part%%[0-9]*}
declare -A hosts=([sda]=host0 [sdb]=host1)
host=${hosts[$disk]}

for member in md0:2 md1:3; do
  md=${member%:*} part=$disk${member#*:}
  echo faulty > "/sys/block/$md/md/dev-$part/state"
  sleep 1
  echo remove > "/sys/block/$md/md/dev-$part/state"
done

# Too early a scan leaves a disk without partitions: whatever is there goes before the next look.
for try in {1..120}; do
  [ ! -e "/sys/block/$disk" ] || echo 1 > "/sys/block/$disk/device/delete"
  echo "- - -" > "/sys/class/scsi_host/$host/scan"
  [ -b "/dev/${disk}3" ] && break
  sleep 30
done
echo "$disk is back after $try looks"
mdadm /dev/md0 --add "/dev/${disk}2"
mdadm /dev/md1 --add "/dev/${disk}3"
