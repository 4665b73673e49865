#!/bin/bash
# FLAWED. Clears up after a dead disk as it should, under a lock, and then waits for the disk: for ever, if its host never comes back.
# The lock is held all the while, and the next disk that is lost finds nobody.
set -u
exec 9> /run/waits-forever.lock
flock -n 9 || { echo "already at work"; exit 75; }

for path in /sys/block/sd*; do
  disk=${path##*/} host=$(readlink -f "$path/device" | grep -o 'host[0-9]*' | head -n 1)
  dd if="/dev/$disk" of=/dev/null bs=4096 count=1 iflag=direct status=none 2> /dev/null && continue
  echo "$disk on $host does not answer"
  for member in md0:2 md1:3; do
    md=${member%:*} part=$disk${member#*:}
    grep "^$md :" /proc/mdstat | grep -q " $part\[" || continue
    grep "^$md :" /proc/mdstat | grep -q " $part\[[0-9]*\](F)" || echo faulty > "/sys/block/$md/md/dev-$part/state"
    echo remove > "/sys/block/$md/md/dev-$part/state"
  done
  echo 1 > "/sys/block/$disk/device/delete"
  until [ -b "/dev/${disk}3" ]; do
    echo "- - -" > "/sys/class/scsi_host/$host/scan"
    sleep 30
  done
  mdadm /dev/md0 --add "/dev/${disk}2"
  mdadm /dev/md1 --add "/dev/${disk}3"
done
for member in md0:2 md1:3; do
  md=${member%:*}
  for part in $(grep "^$md :" /proc/mdstat | grep -o 'sd[a-z]*[0-9]*\[[0-9]*\](F)' | sed 's/\[.*//'); do
    mdadm "/dev/$md" --remove "/dev/$part"
    mdadm "/dev/$md" --add "/dev/$part"
  done
done
