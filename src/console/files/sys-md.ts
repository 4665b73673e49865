/**
 * /sys/block/mdN/md: what a running array says of itself and of its members, and what writing a word there asks of it.
 *
 * Rules: EINVAL for a word that is none, EBUSY where the array's state forbids it now; what the kernel would do and the model cannot is
 * EOPNOTSUPP with a line in the kernel's log. Source: Linux 6.1 drivers/md/md.c (md_*_show, md_*_store, state_store), md-bitmap.c.
 */
import type { AnyEvent } from '../../core/model.ts'
import { syncProgress, type ArrayView, type MemberView } from '../../models/md/state.ts'
import { dataOffsetKib } from '../../models/md/superblock.ts'
import { E, type Failure } from '../../shell/kernel/errno.ts'
import type { Directory, Node } from '../../shell/kernel/tree.ts'
import { ask, notModelled } from '../answers.ts'
import type { Partition } from '../partition.ts'
import { mdFile } from '../views/md-sysfs.ts'
import { blockNamed, type BlockName } from './block.ts'
import { attribute, lazy, link, listing, wholeNumber } from './nodes.ts'

type Answer = undefined | Failure
type ArrayName = BlockName & { kind: 'array' }

export function mdDirectory(partition: Partition, name: string): Directory {
  const { door, guest } = partition
  const array = (): ArrayName | undefined => { const b = blockNamed(door.world, guest, name); return b?.kind === 'array' ? b : undefined }
  const view = (): ArrayView | undefined => { const b = array(); return b && door.world.md.arrays[b.array] }
  const to = (event: Record<string, unknown>): Answer => { const b = array(); return b === undefined ? E.ENODEV : ask(partition, { array: b.array, ...event } as unknown as AnyEvent) }
  const known = (file: string) => () => { const a = view(); return a === undefined ? E.ENODEV : mdFile(door.world.md, a, file, door.now) ?? '' }
  const of = (read: (a: ArrayView) => string) => () => { const a = view(); return a === undefined ? E.ENODEV : read(a) }
  const fixed = (text: string) => () => attribute(() => text)
  const not = (what: string): Answer => notModelled(partition, `writing ${what} of ${name}`)
  const members = () => view()?.members ?? []
  const slots = () => members().filter(m => m.slot >= 0 && !m.replacement)

  const files: Record<string, () => Node> = {
    level: () => attribute(of(a => a.state === 'inactive' ? '' : 'raid1'), word => word === 'raid1' || word === '1' ? undefined : not('level')),
    layout: fixed('0'), chunk_size: fixed('0'), array_size: () => attribute(() => 'default', word => word === 'default' ? undefined : not('array_size')),
    raid_disks: () => attribute(known('raid_disks'), word => { const n = wholeNumber(word); return n === null ? E.EINVAL : to({ type: 'md.grow', raidDevices: n }) }),
    component_size: () => attribute(known('component_size'), word => { const n = wholeNumber(word); return n === null ? E.EINVAL : to({ type: 'md.grow', sizeKib: n }) }),
    metadata_version: () => attribute(known('metadata_version'), () => E.EBUSY), new_dev: () => attribute(() => '', () => not('new_dev'), 0o200),
    safe_mode_delay: () => attribute(known('safe_mode_delay'), word => /^\d+(\.\d+)?$/.test(word) ? word === '0.204' || word === '0.200' || word === '0.2' ? undefined : not('safe_mode_delay') : E.EINVAL),
    resync_start: () => attribute(of(a => a.resyncKib === null ? 'none' : String(a.resyncKib * 2)), () => E.EBUSY),
    reshape_position: () => attribute(() => 'none', () => E.EBUSY), reshape_direction: fixed('forwards'), max_read_errors: fixed('20'), fail_last_dev: fixed('0'),
    consistency_policy: () => attribute(of(a => a.bitmap === null ? 'resync' : 'bitmap')), array_state: () => attribute(known('array_state'), word => setState(view(), word, to, not)),
    sync_action: () => attribute(known('sync_action'), word => to({ type: 'md.setSyncAction', action: word })), last_sync_action: () => attribute(known('last_sync_action')),
    mismatch_cnt: () => attribute(known('mismatch_cnt')), degraded: () => attribute(known('degraded')), sync_completed: () => attribute(known('sync_completed')), sync_speed: () => attribute(known('sync_speed')),
    sync_force_parallel: () => attribute(() => '0', word => wholeNumber(word) === null ? E.EINVAL : word === '0' ? undefined : not('sync_force_parallel')),
    sync_speed_min: () => attribute(known('sync_speed_min'), word => speed(word, 'min', to)), sync_speed_max: () => attribute(known('sync_speed_max'), word => speed(word, 'max', to)),
    sync_min: () => attribute(known('sync_min'), word => {
      const n = wholeNumber(word), a = view()
      if (n === null || a === undefined || (a.syncMaxKib !== null && n > a.syncMaxKib * 2)) return E.EINVAL
      return a.sync !== null ? E.EBUSY : to({ type: 'md.setSyncRange', minKib: Math.floor(n / 8) * 4 })
    }),
    sync_max: () => attribute(known('sync_max'), word => {
      if (word === 'max') return to({ type: 'md.setSyncRange', maxKib: null })
      const n = wholeNumber(word), a = view()
      if (n === null || a === undefined || n < a.syncMinKib * 2) return E.EINVAL
      if (a.sync !== null && n / 2 < (syncProgress(a, door.now)?.doneKib ?? 0)) return E.EBUSY
      return to({ type: 'md.setSyncRange', maxKib: Math.floor(n / 2) })
    }),
    suspend_lo: () => attribute(() => '0', () => not('suspend_lo')), suspend_hi: () => attribute(() => '0', () => not('suspend_hi')), bitmap: () => bitmapDirectory(view, to, not),
  }
  // An array that does not run does not copy either.
  const redundancy = ['sync_action', 'last_sync_action', 'mismatch_cnt', 'sync_min', 'sync_max', 'sync_speed', 'sync_speed_min', 'sync_speed_max', 'sync_force_parallel', 'sync_completed', 'suspend_lo', 'suspend_hi', 'degraded', 'bitmap']
  const shown = (file: string): boolean => Object.hasOwn(files, file) && (view()?.state === 'active' || !redundancy.includes(file))
  const isMember = (file: string) => file.startsWith('dev-') && members().some(m => m.name === file.slice(4))
  const isSlot = (file: string) => /^rd\d+$/.test(file) && slots().some(m => m.slot === Number(file.slice(2)))
  return listing({
    *names() {
      for (const file of Object.keys(files)) if (shown(file)) yield file
      for (const m of members()) yield `dev-${m.name}`
      for (const m of slots()) yield `rd${m.slot}`
    },
    has: file => shown(file) || isMember(file) || isSlot(file),
    key: file => file.startsWith('rd') ? slots().find(m => m.slot === Number(file.slice(2)))?.name ?? '' : file.startsWith('dev-') ? members().find(m => m.name === file.slice(4))?.device ?? '' : '',
    make: file => files[file]?.() ?? (file.startsWith('rd') ? link(`dev-${slots().find(m => m.slot === Number(file.slice(2)))!.name}`) : memberDirectory(partition, view, file.slice(4), to, not)),
  })
}

const speed = (word: string, which: 'min' | 'max', to: (event: Record<string, unknown>) => Answer): Answer => {
  const n = word === 'system' ? null : wholeNumber(word)
  return word !== 'system' && (n === null || n === 0) ? E.EINVAL : to({ type: 'md.setArraySpeed', [which]: n })
}

/** Only some of the words can be written. */
function setState(a: ArrayView | undefined, word: string, to: (event: Record<string, unknown>) => Answer, not: (what: string) => Answer): Answer {
  const runs = a?.state === 'active'
  switch (word) {
    case 'clear': case 'inactive':
      if (!runs && word === 'inactive') return undefined
      // Not even an array in use goes back to inactive, and one that is stopped is gone.
      return (a?.openers ?? 0) > 0 ? E.EBUSY : word === 'inactive' ? not('array_state inactive') : to({ type: 'md.stop' })
    case 'readonly': return runs ? a.mode === 'ro' ? undefined : to({ type: 'md.setMode', mode: 'readonly' }) : not('array_state readonly')
    case 'read-auto': return runs ? to({ type: 'md.setMode', mode: 'auto' }) : not('array_state read-auto')
    case 'clean': case 'active':
      if (!runs) return to({ type: 'md.run' })
      return a.mode === 'rw' ? undefined : to({ type: 'md.setMode', mode: 'readwrite' })
    default: return E.EINVAL
  }
}

function bitmapDirectory(view: () => ArrayView | undefined, to: (event: Record<string, unknown>) => Answer, not: (what: string) => Answer): Directory {
  const of = (read: (b: NonNullable<ArrayView['bitmap']>) => string, none: string) => () => { const b = view()?.bitmap; return b == null ? none : read(b) }
  return lazy({
    location: () => attribute(of(b => b.file !== null ? 'file' : view()?.metadata === '1.0' ? '-16' : '+8', 'none'), word => {
      const has = view()?.bitmap != null
      if (word === 'none') return has ? to({ type: 'md.setBitmap', bitmap: 'none' }) : E.EBUSY
      if (has) return E.EBUSY
      return /^[+-]?\d+$/.test(word) ? to({ type: 'md.setBitmap', bitmap: 'internal' }) : E.EINVAL
    }),
    chunksize: () => attribute(of(b => String(b.chunkKib * 1024), '0'), word => wholeNumber(word) === null ? E.EINVAL : view()?.bitmap != null ? E.EBUSY : not('bitmap/chunksize')),
    time_base: () => attribute(of(b => String(b.daemon / 1_000_000), '0'), () => not('bitmap/time_base')), backlog: () => attribute(() => '0', () => not('bitmap/backlog')), space: () => attribute(() => '0', () => not('bitmap/space')),
    metadata: () => attribute(() => 'internal', () => E.EBUSY), can_clear: () => attribute(of(() => view()!.inSync >= view()!.raidDevices ? 'true' : 'false', '')), max_backlog_used: () => attribute(() => '0', () => not('bitmap/max_backlog_used')),
  })
}

function memberState(m: MemberView): string {
  const words = [m.faulty && 'faulty', m.inSync && 'in_sync', m.writeMostly && 'write_mostly', !m.faulty && !m.inSync && 'spare', m.wantReplacement && 'want_replacement', m.replacement && 'replacement', m.failfast && 'failfast']
  return words.filter(Boolean).join(',')
}

function memberDirectory(partition: Partition, view: () => ArrayView | undefined, name: string, to: (event: Record<string, unknown>) => Answer, not: (what: string) => Answer): Directory {
  const { door, guest } = partition
  const member = (): MemberView | undefined => view()?.members.find(m => m.name === name), fixed = (text: string) => () => attribute(() => text)
  const of = (read: (m: MemberView) => string) => () => { const m = member(); return m === undefined ? E.ENODEV : read(m) }
  const partKib = (m: MemberView) => door.world.scsi.disks[m.disk]!.partitions[m.partition - 1]?.sizeKib ?? 0
  const what = `dev-${name}/state`
  return lazy({
    state: () => attribute(of(memberState), word => {
      const m = member()
      if (m === undefined) return E.ENODEV
      switch (word) {
        case 'faulty': return m.faulty ? E.EBUSY : to({ type: 'md.fail', device: name, known: true })
        case 'remove': return m.slot >= 0 ? E.EBUSY : to({ type: 'md.remove', device: name, known: true })
        case 're-add': return m.faulty && m.slot < 0 ? to({ type: 'md.reAdd', device: name }) : E.EBUSY
        case 'want_replacement': return m.slot >= 0 && !m.replacement ? to({ type: 'md.replace', device: name }) : undefined
        case 'replacement': case '-replacement': return E.EBUSY
        case 'insync': return m.slot < 0 ? undefined : E.EINVAL
        case 'writemostly': case '-writemostly': return to({ type: 'md.setFlags', device: name, writeMostly: word === 'writemostly' })
        case 'failfast': case '-failfast': return to({ type: 'md.setFlags', device: name, failfast: word === 'failfast' })
        case 'blocked': case '-blocked': case 'write_error': case '-write_error': case '-want_replacement': case 'external_bbl': case '-external_bbl':
          return not(`${what} ${word}`)
        default: return E.EINVAL
      }
    }),
    slot: () => attribute(of(m => m.slot < 0 ? 'none' : String(m.slot)), () => not(`dev-${name}/slot`)), errors: () => attribute(() => '0', word => wholeNumber(word) === null ? E.EINVAL : undefined),
    size: () => attribute(of(() => String(view()?.sizeKib ?? 0)), () => E.EBUSY), offset: () => attribute(of(m => String(dataOffsetKib(view()!.metadata, partKib(m)) * 2)), () => E.EBUSY), new_offset: () => attribute(of(m => String(dataOffsetKib(view()!.metadata, partKib(m)) * 2)), () => E.EBUSY),
    recovery_start: () => attribute(of(m => {
      const a = view()!, done = a.sync?.action === 'recovery' ? syncProgress(a, door.now)?.doneKib ?? 0 : 0
      return m.inSync ? 'none' : String(Math.max(m.recoveredKib, m.slot >= 0 ? done : 0) * 2)
    }), () => E.EBUSY),
    bad_blocks: fixed(''), unacknowledged_bad_blocks: fixed(''), ppl_sector: fixed('0'), ppl_size: fixed('0'),
    block: () => link(`../../../../../../class/block/${blockNamed(door.world, guest, name) === undefined ? '' : name}`),
  })
}
