/** The files of /sys/block/mdN/md (md.c array_state_show, action_show and their neighbours). */
import type { Micros } from '../../base/time.ts'
import { isClean, syncProgress, type ArrayView, type MdView } from '../../models/md/state.ts'

export function arrayState(a: ArrayView, now: Micros): string {
  if (a.state === 'inactive') return 'inactive'
  if (a.mode === 'ro') return 'readonly'
  if (a.mode === 'auto') return 'read-auto'
  if (!isClean(a, now)) return 'active'
  return a.broken ? 'broken' : 'clean'
}

function syncAction(a: ArrayView): string {
  if (a.frozen) return 'frozen'
  if (a.sync === null) return 'idle'
  return a.sync.action === 'recovery' ? 'recover' : a.sync.action
}

/** One file, undefined where there is none of this name. */
export function mdFile(md: MdView, a: ArrayView, file: string, now: Micros): string | undefined {
  const guest = md.guests[a.guest]!, p = syncProgress(a, now)
  switch (file) {
    case 'array_state': return arrayState(a, now)
    case 'sync_action': return syncAction(a)
    case 'last_sync_action': return a.lastAction
    case 'degraded': return String(a.raidDevices - a.inSync)
    case 'mismatch_cnt': return String(a.mismatches)
    case 'raid_disks': return String(a.raidDevices)
    case 'level': return 'raid1'
    case 'metadata_version': return a.metadata
    case 'component_size': return String(a.sizeKib)
    case 'safe_mode_delay': return '0.204'
    case 'sync_completed': return p === undefined ? 'none' : p.delayed ? 'delayed' : `${p.doneKib * 2} / ${p.ofKib * 2}`
    case 'sync_speed': return p === undefined ? 'none' : String(p.rate)
    case 'sync_speed_min': return a.speedMin === null ? `${guest.speedMin} (system)` : `${a.speedMin} (local)`
    case 'sync_speed_max': return a.speedMax === null ? `${guest.speedMax} (system)` : `${a.speedMax} (local)`
    case 'sync_min': return String(a.syncMinKib * 2)
    case 'sync_max': return a.syncMaxKib === null ? 'max' : String(a.syncMaxKib * 2)
    default: return undefined
  }
}
