#!/bin/bash
# FLAWED. Recovers every member that /proc/mdstat marks with (F), in the right order. The swap mirror had nothing to write while the
# host was away: it shows [UU], nothing in it is marked, and its dead half keeps the name of the disk.
set -u

awk '/^md/ { for (i = 5; i <= NF; i++) if ($i ~ /\(F\)/) { sub(/\[.*/, "", $i); print $1, $i } }' /proc/mdstat | while read -r md part; do
  disk=${part%%[0-9]*}
  host=$(readlink -f "/sys/block/$disk/device" | grep -o 'host[0-9]*' | head -n 1)
  echo "$part has failed in $md; $disk is on $host"
  mdadm "/dev/$md" --remove "/dev/$part" || continue
  echo 1 > "/sys/block/$disk/device/delete"
  echo "- - -" > "/sys/class/scsi_host/$host/scan"
  mdadm "/dev/$md" --add "/dev/$part"
done
