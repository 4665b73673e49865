#!/bin/bash
# FLAWED. Before it fails a member it makes sure that another copy is left, and counts what /proc/mdstat lists without (F): a spare, with or
# without its (S), is in that list, and holds nothing.
set -u

for path in /sys/block/sd*; do
  disk=${path##*/} part=${path##*/}2
  timeout 30 dd if="/dev/$disk" of=/dev/null bs=4096 count=1 iflag=direct status=none 2> /dev/null && continue
  left=$(grep '^md1 :' /proc/mdstat | tr ' ' '\n' | grep '\[[0-9]*\]' | grep -v -e '(F)' -e "^$part\[" | wc -l)
  echo "$disk does not answer; $left other copies of md1"
  [ "$left" -gt 0 ] || continue
  mdadm /dev/md1 --fail "/dev/$part"
  mdadm /dev/md1 --remove "/dev/$part"
done
