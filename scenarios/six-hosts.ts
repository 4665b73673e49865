/**
 * A scenario as a program: six hosts, of which five are serviced in one night. What is repeated is written once, and the time from one
 * host to the next is computed from the size of the disks and the speed of the copy, as a planner would (VS-55).
 */
import { defineScenario } from '../src/index.ts'

const letters = ['a', 'b', 'c', 'd', 'e', 'f']
const gib = 20, kibPerSecond = 50_000
const copySeconds = Math.ceil(gib * 1024 ** 2 / kibPerSecond)
/** Detection takes one commit at most; a minute to spare. */
const apartSeconds = copySeconds + 5 + 60
/** md takes the newest spare first: f stands in for a, e for b, d for f, c for e. Who takes d or c down before needs them twice. */
const serviced = ['a', 'b', 'f', 'e', 'd']
const member = (letter: string) => `d-${letter}/root`
const [first, second, ...rest] = letters as [string, string, ...string[]]

export default defineScenario({
  name: 'Six hosts, four spares',
  story: 'Five of six hosts are serviced in one night, each as soon as the copy to the next spare has ended. Nobody repairs anything.',
  claim: 'A hot spare for each host that is serviced makes the time between two hosts as short as one copy: 8 minutes for 20 GiB.',
  source: 'founding article; VS-53, VS-55, VS-85, VS-99',
  until: '6h',
  system: {
    hypervisor: {
      systems: { power5: {} },
      guests: { ...Object.fromEntries(letters.map(letter => [`i5${letter}`, { on: 'power5', os: 'ibm-i' as const }])), router: { on: 'power5', os: 'linux' } },
    },
    vscsi: { spaces: Object.fromEntries(letters.map(letter => [`d-${letter}`, { host: `i5${letter}`, to: 'router', sizeGib: gib, online: 'auto' as const }])) },
    scsi: { layout: { router: { prep: '8 MiB', root: 'rest' } } },
    md: {
      speed: { rate: kibPerSecond },
      arrays: { md1: { on: 'router', members: [member(first), member(second)], spares: rest.map(member), io: { commitEvery: '5s' } } },
    },
    service: { services: { routing: { needs: [{ guest: 'router' }, { arrayWritable: 'md1' }, { rootWritable: 'router' }] } } },
  },
  timeline: serviced.map((letter, turn) => ({
    at: `${3600 + turn * apartSeconds}s`, do: { type: 'hypervisor.ipl' as const, guest: `i5${letter}`, down: '4h' },
  })),
  expect: [
    { service: 'routing', downAtMost: '0s', outages: 0 },
    { array: 'md1', at: '4h', members: ['sdc2'], note: 'the host that was not serviced has the only copy' },
    { array: 'md1', exposures: serviced.length },
    { happens: { type: 'md.syncDone', array: 'md1' }, times: rest.length, note: 'one copy for each spare' },
    { dataIntact: true },
  ],
})
