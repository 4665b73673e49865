/** How long the shipped host takes to configure itself, on a link of its own with a router that answers by multicast and says nothing else then. */
import { createSim } from '../../src/core/sim.ts'
import { initialWorld } from '../../src/core/model.ts'
import { RngStreams } from '../../src/core/rng.ts'
import { SECOND } from '../../src/base/time.ts'
import { boot } from '../../src/models/boot/model.ts'
import { hypervisor } from '../../src/models/hypervisor/model.ts'
import { ip } from '../../src/models/ip/model.ts'
import { md } from '../../src/models/md/model.ts'
import { net } from '../../src/models/net/model.ts'
import { radvd } from '../../src/models/radvd/model.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import { slaac } from '../../src/models/slaac/model.ts'
import { vscsi } from '../../src/models/vscsi/model.ts'
import { vswitch } from '../../src/models/vswitch/model.ts'
import { ADDRESS } from '../models/slaac/lab.ts'
import { shared, type Experiment } from './experiment.ts'

/** DupAddrDetectTransmits; in seconds RetransTimer, the host's longest random delay and the router's. */
export interface Delays { readonly probes: number; readonly retrans: number; readonly hostDelay: number; readonly raDelay: number }

const LINK_UP = 100 * SECOND
/** What the standards fix, and the models too; other delays are laid down as multiples of these. */
const FIXED: Readonly<Record<string, number>> = { 'dad delay': 1, 'ra delay': 0.5 }

export function configureTimes({ probes, retrans, hostDelay, raDelay }: Delays): (of: (seconds: number) => number) => Experiment {
  const wanted: Readonly<Record<string, number>> = { 'dad delay': hostDelay, 'ra delay': raDelay }, own = { streams: new RngStreams('0') }
  const models = [hypervisor, net, scsi, vscsi, md, boot, vswitch, ip, slaac, radvd] as const
  const conf = 'interface eth0 { AdvSendAdvert on; AdvRASolicitedUnicast off; MinRtrAdvInterval 1350; MaxRtrAdvInterval 1800; prefix 2001:db8:1::/64 { }; };\n'
  const sections: Record<string, unknown> = {
    vswitch: { switches: { lan: { profile: 'linux-bridge', ports: { r: {}, h: {} } } } },
    ip: { nodes: { r: { forwarding: true }, h: { interfaces: { eth0: { mac: '02:00:00:00:0c:01', up: false, dadProbes: probes } } } } },
    slaac: { hosts: { h: { rsDelayAfterDad: true, solicitationDelay: `${Math.round(hostDelay * SECOND)}us` } } }, radvd: { daemons: { radvd: { on: 'r', profile: 'rfc', config: conf } } },
  }
  const world = initialWorld(models, Object.fromEntries(models.map(({ name, config }) => [name, (config as { parse(input: unknown): unknown }).parse(sections[name])])) as never)
  let usable = 0
  const sim = createSim({
    models, world, seed: 0,
    draws: (purpose, thing) => purpose in FIXED && wanted[purpose] !== FIXED[purpose] ? wanted[purpose]! / FIXED[purpose]! * own.streams.get(purpose, thing).uniform() : undefined,
    onEntry: ({ at, event }) => { if (event.type === 'ip.addressChanged' && event.address === ADDRESS && event.state === 'preferred') usable = at },
  })
  const retransMillis = Math.round(1000 * retrans)
  const runs = shared(i => {
    own.streams = new RngStreams(`draws/${i}`)
    sim.restart({ seed: `boot/${i}` })
    if (retransMillis !== 1000) {
      const { hopLimit, baseReachableMillis, mtu } = sim.world.ip.interfaces['h.eth0' as never]!
      sim.schedule(LINK_UP - SECOND, { type: 'ip.setParameters', interface: 'h.eth0' as never, hopLimit, baseReachableMillis, retransMillis, mtu })
    }
    sim.schedule(LINK_UP, { type: 'ip.setInterface', interface: 'h.eth0' as never, up: true })
    sim.runUntil(LINK_UP + Math.round((2 * probes * retrans + 3 * hostDelay + raDelay + 1) * SECOND))
    return (usable - LINK_UP) / SECOND
  })
  return of => runs(seconds => [of(seconds), 1])
}
