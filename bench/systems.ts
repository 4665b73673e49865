/**
 * The founding mirror as the bench measures it, and bigger ones of its kind: hosts that crash every 1000 h on average and are back after
 * 2 h on average, both exponential; one data array over a disk of each host, two active, the others spares; an hour to rebuild; operators
 * who bring a returned disk back at once, and a broken mirror.
 */
import { createSim, type Snapshot } from '../src/core/sim.ts'
import { initialWorld, type ConfigsOf } from '../src/core/model.ts'
import type { Entry } from '../src/core/trace.ts'
import { stack, type SimEvent, type World } from '../src/models/stack.ts'
import { checkScenario, type Scenario } from '../src/scenario/build.ts'

/** An hour at this speed. */
const RATE = 4096, SIZE_KIB = 3600 * RATE

export function mirrorSections(hosts: number): Readonly<Record<string, unknown>> {
  const names = Array.from({ length: hosts }, (_, i) => `i5-${i + 1}`), disks = names.map((_, i) => `d${i + 1}`)
  const each = <T>(keys: readonly string[], value: (i: number) => T) => Object.fromEntries(keys.map((key, i) => [key, value(i)]))
  return {
    hypervisor: { systems: { power5: {} }, guests: { ...each(names, () => ({ on: 'power5', os: 'ibm-i', dumpTime: '0s' })), router: { on: 'power5', os: 'linux' } } },
    vscsi: {
      spaces: each(disks, i => ({ host: names[i], to: 'router', size: `${SIZE_KIB / 1024 + 16} MiB`, nwsd: `n${i + 1}` })),
      nwsds: each(disks.map((_, i) => `n${i + 1}`), i => ({ host: names[i], to: 'router', online: 'auto', varyOn: '0s' })),
    },
    scsi: { layout: { router: { data: 'rest' } } },
    md: {
      arrays: { md1: { on: 'router', members: disks.slice(0, 2).map(disk => `${disk}/data`), spares: disks.slice(2).map(disk => `${disk}/data`), size: `${SIZE_KIB / 1024} MiB`, io: { commitEvery: '5s' } } },
      speed: { rate: RATE, limitMax: RATE, busyShare: 1 },
    },
    boot: { guests: { router: { root: false } } },
    service: { services: { storing: { needs: [{ arrayReadable: 'md1' }, { arrayWritable: 'md1' }] } } },
    operator: [
      { name: 'diligent', on: 'router', when: { type: 'scsi.pathRestored' }, do: 'recover' },
      // A mirror whose last member was away stays broken until it is stopped and assembled anew.
      { name: 'rescuer', on: 'router', when: { type: 'md.accessChanged', array: 'md1', readable: true, writable: false }, do: [
        { do: { type: 'md.stop', array: 'md1' } }, { do: { type: 'md.assembleScan', guest: 'router' } },
      ] },
    ],
    fault: { crashes: { crash: names, upFor: { exponential: '1000h' }, lasts: { exponential: '2h' } } },
  }
}

/**
 * Mirrors whose outages are rare: each host is away four times a year for half an hour on average, both exponential, a rebuild takes 20 minutes.
 * Operators bring a returned disk in when nothing is rebuilt (a spare that comes amid a rebuild would begin it anew in md, with both), and a mirror
 * that lost its last copy, within a second or two; so hosts and rebuilds alone decide, and exact values are known.
 */
export function reliableMirror(hosts: number, copies: number): Scenario {
  const { operator: _, fault: __, ...system } = mirrorSections(hosts), disks = Array.from({ length: hosts }, (_, i) => `d${i + 1}/data`), sizeKib = 1200 * RATE
  const { spaces, ...vscsi } = system.vscsi as { spaces: Record<string, object> }, names = disks.map((_, i) => `i5-${i + 1}`)
  const { scenario, problems } = checkScenario({
    name: 'reliable mirror', until: '10y',
    system: {
      ...system, vscsi: { ...vscsi, spaces: Object.fromEntries(Object.entries(spaces).map(([name, space]) => [name, { ...space, size: `${sizeKib / 1024 + 16} MiB` }])) },
      md: {
        ...system.md as object,
        arrays: { md1: { on: 'router', raidDevices: copies, members: disks.slice(0, copies), spares: disks.slice(copies), size: `${sizeKib / 1024} MiB`, io: { commitEvery: '100ms' } } },
      },
    },
    operators: [{
      on: 'router', when: { type: 'scsi.pathRestored' }, takes: '100ms', restart: true,
      // A rebuild that is interrupted ends the watching and goes on: so once more.
      do: ['watch', { pause: '1s' }, 'watch', 'fail', 'remove', 'add', 'restart', 'watch'],
    }],
    faults: { crashes: { crash: names, upFor: { exponential: '2190h' }, lasts: { exponential: '30m' } } },
  })
  if (scenario === undefined) throw new Error(problems.map(({ path, found, expected }) => `${path.join('.')}: ${found}, ${expected}`).join('\n'))
  return scenario
}

export function mirrorWorld(hosts: number): World {
  const sections = mirrorSections(hosts)
  const configs = Object.fromEntries(stack.map(({ name, config }) => [name, (config as { parse(input: unknown): unknown }).parse(sections[name])]))
  return initialWorld(stack, configs as ConfigsOf<typeof stack>) as World
}

type Listener = (entry: Entry<SimEvent>) => void
export const mirror = (hosts: number, onEntry?: Listener) => createSim({ models: stack, world: mirrorWorld(hosts), seed: 1, ...(onEntry && { onEntry }) })
export const goOn = (from: Snapshot<World>) => createSim({ models: stack, from })
