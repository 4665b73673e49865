#!/bin/bash
# Brings disks whose host was away back into the mirrors of this partition.
#
# Call it whenever you like: when a host is back, from cron, from mdadm --monitor, twice at once. It waits for a copy of itself,
# does nothing where nothing is wrong, and fails no member unless another copy is in sync.
set -u
shopt -s nullglob

mirrors="md0:2 md1:3"                  # mirror : partition of each disk that belongs to it
tries=60                               # looks for a disk that is missing, half a minute apart

log() { echo "$*"; logger -t recover-mirror -- "$*"; }
answers() { timeout 600 dd if="/dev/$1" of=/dev/null bs=4096 count=1 iflag=direct status=none 2> /dev/null; }
status_of() { awk -v md="$1" '$1 == md { getline; print $NF }' /proc/mdstat; }
line_of() { awk -v md="$1" '$1 == md { for (i = 5; i <= NF; i++) print $i }' /proc/mdstat; }
holds() { line_of "$1" | grep -q "^$2\["; }
failed_in() { line_of "$1" | sed -n 's/^\([a-z]*[0-9]*\)\[[0-9]*\].*(F).*/\1/p'; }
copies() { status_of "$1" | tr -cd U | wc -c; }

exec 9> /run/recover-mirror.lock
flock -w 86400 9 || { log "another copy has been at work for a day"; exit 75; }

# 1, 2: every partition of a disk that is gone is failed and removed, in every mirror, noticed or not. A device that is offline
# cannot be opened, so mdadm cannot name it; the kernel can.
# 3: and then the device itself, so that the disk comes back under its old name.
for path in /sys/block/sd*; do
  disk=${path##*/}
  answers "$disk" && continue
  log "$disk does not answer"
  for mirror in $mirrors; do
    md=${mirror%:*} part=$disk${mirror#*:}
    holds "$md" "$part" || continue
    state=/sys/block/$md/md/dev-$part/state
    if ! failed_in "$md" | grep -qx "$part"; then
      [ "$(copies "$md")" -gt 1 ] || line_of "$md" | grep -q "^$part\[.*(S)" || { log "$part may hold the last copy of $md: left alone"; continue 2; }
      mdadm "/dev/$md" --fail "/dev/$part" || echo faulty > "$state"
    fi
    mdadm "/dev/$md" --remove "/dev/$part" || echo remove > "$state"
  done
  echo 1 > "/sys/block/$disk/device/delete"
done

# A disk that was away only for a moment answers again, and is still marked as failed.
for mirror in $mirrors; do
  for part in $(failed_in "${mirror%:*}"); do mdadm "/dev/${mirror%:*}" --remove "/dev/$part"; done
done

# 4: look for disks on every adapter, until each adapter has its disk again.
for ((try = 0; try < tries; try++)); do
  missing=0
  for host in /sys/class/scsi_host/host*; do
    devices=("$host"/device/target*/*/block/sd*)
    if [ ${#devices[@]} -eq 0 ]; then
      echo "- - -" > "$host/scan"
      devices=("$host"/device/target*/*/block/sd*)
      [ ${#devices[@]} -gt 0 ] || missing=1
    fi
  done
  [ $missing -eq 1 ] || break
  sleep 30
done

# 5: what belongs to a mirror and is in none is added back.
for mirror in $mirrors; do
  md=${mirror%:*}
  for part in /dev/sd[a-z]"${mirror#*:}"; do
    part=${part#/dev/}
    holds "$md" "$part" && continue
    log "$part comes back into $md"
    mdadm "/dev/$md" --add "/dev/$part"
  done
done
