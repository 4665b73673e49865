/**
 * The founding steps as requests: fail, remove, remove the device, scan, add, for every partition of a disk.
 *
 * Names are read at that moment: members from mdstat, the disk from the bus. Where there is nothing to be read, the last known name is
 * typed, and refused. A careful operator leaves out what is done already and never fails the last good copy; a slip knows no care.
 */
import { memberOn, type ArrayId } from '../md/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { Cx } from './context.ts'
import { caresFor, diskName, goodCopies, isBroken, type Seen } from './look.ts'
import type { Expectation, FoundingPart, Operator, OperatorState, Place } from './state.ts'

export function commandsOf(s: OperatorState, o: Operator, step: FoundingPart, disk: DiskId, slip: boolean, cx: Cx): void {
  const careful = o.careful && !slip
  switch (step.kind) {
    case 'fail': return eachPlace(s, o, step, disk, place => fail(o, place, disk, careful, cx))
    case 'remove': return eachPlace(s, o, step, disk, place => remove(o, place, disk, careful, cx))
    case 'removeDevice': return removeDevice(s, o, disk, careful, cx)
    case 'scan': return cx.emit({ type: 'scsi.scan', guest: o.on, host: cx.world.scsi.disks[disk]!.host })
    case 'restart': return restart(s, o, step, disk, cx)
    case 'add': return eachPlace(s, o, step, disk, place => add(o, place, disk, careful, cx))
  }
}

function eachPlace(s: OperatorState, o: Operator, step: FoundingPart, disk: DiskId, act: (place: Place) => void): void {
  for (const place of s.places[disk] ?? [])
    if (step.arrays === null ? caresFor(o, place.array) : step.arrays.includes(place.array)) act(place)
}

function fail(o: Operator, place: Place, disk: DiskId, careful: boolean, cx: Cx): void {
  const { array } = place, member = memberOn(cx.world.md, array, disk)
  if (careful && (member === undefined || member.faulty || (member.inSync && goodCopies(cx.world, array, disk) === 0))) return
  const device = member?.name ?? remembered(o, disk, place)
  cx.emit({ type: 'md.fail', array, device })
  expectLater(o, 'fail', array, disk, device)
}

function remove(o: Operator, place: Place, disk: DiskId, careful: boolean, cx: Cx): void {
  const { array } = place, member = memberOn(cx.world.md, array, disk)
  if (careful && (member === undefined || !member.faulty)) return
  const device = member?.name ?? remembered(o, disk, place)
  // The short option of some versions swallows its argument: nothing is asked of the kernel, nothing is said, and the status is 0.
  if (!o.shortRemove || cx.world.md.profile !== 'mdadm-4.2') cx.emit({ type: 'md.remove', array, device })
  expectLater(o, 'remove', array, disk, device)
}

function removeDevice(s: OperatorState, o: Operator, disk: DiskId, careful: boolean, cx: Cx): void {
  const { host, channel, id, lun } = cx.world.scsi.disks[disk]!, name = diskName(cx.world, disk)
  // A disk that an array goes on using, because it holds the last good copy, stays where it is.
  if (careful && (name === null || inUse(s, disk, cx.world))) return
  cx.emit({ type: 'scsi.removeDevice', guest: o.on, host, channel, id, lun })
  expectLater(o, 'removeDevice', null, disk, name ?? lastName(o, disk))
}

function add(o: Operator, place: Place, disk: DiskId, careful: boolean, cx: Cx): void {
  const { array, partition } = place, member = memberOn(cx.world.md, array, disk)
  if (careful && member !== undefined && !member.faulty) return
  const name = diskName(cx.world, disk), device = name === null ? remembered(o, disk, place) : `${name}${partition}`
  cx.emit({ type: 'md.add', array, device, reAdd: true })
  expectLater(o, 'add', array, disk, device)
}

/**
 * A broken array takes no writes until it is stopped and assembled, which nobody can do below a mounted root: then the guest is booted.
 * While its disks are away there is nothing to assemble.
 */
function restart(s: OperatorState, o: Operator, step: FoundingPart, disk: DiskId, cx: Cx): void {
  const { world } = cx
  let boots = false
  eachPlace(s, o, step, disk, ({ array }) => {
    if (!isBroken(world, array)) return
    const { openers, name } = world.md.arrays[array]!
    if (openers > 0) boots = true
    else {
      cx.emit({ type: 'md.stop', array })
      cx.emit({ type: 'md.assembleScan', guest: o.on, known: [{ array, name }], run: true })
    }
  })
  if (boots) cx.emit({ type: 'hypervisor.ipl', guest: o.on })
}

function inUse(s: OperatorState, disk: DiskId, world: Seen): boolean {
  for (const { array } of s.places[disk] ?? []) if (memberOn(world.md, array, disk)?.inSync) return true
  return false
}

const lastName = ({ round }: Operator, disk: DiskId): string => round!.names[round!.disks.indexOf(disk)] ?? ''
const remembered = (o: Operator, disk: DiskId, place: Place): string => `${lastName(o, disk) || 'sdz'}${place.partition}`

function expectLater(o: Operator, step: Expectation['step'], array: ArrayId | null, disk: DiskId, target: string): void {
  o.round!.expects.push({ step, array, disk, target })
}

/** Whether the commands of a step have come to anything, by what can be seen one step later. */
export function tookEffect(world: Seen, { step, array, disk }: Expectation): boolean {
  if (array === null) return world.scsi.disks[disk]!.device === null
  const member = memberOn(world.md, array, disk)
  switch (step) {
    case 'fail': return member === undefined || member.faulty
    case 'remove': return member === undefined
    default: return member !== undefined && !member.faulty
  }
}
