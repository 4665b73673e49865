/**
 * Drives with latent defects: a group that tolerates one failure, the defects that only a scrub or a failure elsewhere brings to light (Elerath and Pecht).
 *
 * What is not memoryless has no solver; `otherwise` is an approximation to a few percent. Whether a drive holds a defect is followed up only
 * when somebody looks: the renewal process of its defects is drawn on to that moment.
 */
import { exp } from '../../../src/base/ln.ts'
import { lnGamma } from '../../../src/base/gamma.ts'
import { createSim } from '../../../src/core/sim.ts'
import { defineModel, initialWorld, type, type TimerId } from '../../../src/core/model.ts'
import { figures, named, numberOr, numbersOf, type Family, type Parameters } from '../family.ts'
import type { Experiment } from '../experiment.ts'

/** Hours. The words of the model; a case may give others. */
const lawsOf = (p: Parameters) => ({
  lifeShape: numberOr(p, 'lifeShape', 1.12), lifeScale: numberOr(p, 'lifeScaleHours', 461_386),
  restoreMin: numberOr(p, 'restoreLocationHours', 6), restoreShape: numberOr(p, 'restoreShape', 2), restoreScale: numberOr(p, 'restoreScaleHours', 12),
  defect: numberOr(p, 'latentMeanHours', 9259), scrubMin: numberOr(p, 'scrubLocationHours', 6), scrubShape: numberOr(p, 'scrubShape', 3), scrubScale: numberOr(p, 'scrubScaleHours', 168),
})
const UNIT = 1_000_000

/** `next`: when the present state of its surface, clean or defect, ends. */
interface Drive { timer: TimerId | null; restoring: boolean; defect: boolean; next: number }
interface Group { drives: Drive[]; groups: number; lost: number }
type Fact = { type: 'group.driveFailed'; drive: number } | { type: 'group.driveRestored'; drive: number } | { type: 'group.retired' }

function groups(p: Parameters): Experiment {
  const { drives, missionHours } = numbersOf(p, 'drives', 'missionHours'), laws = lawsOf(p), scrub = p.scrub !== false, PER_RUN = 200, names = Array.from({ length: drives }, (_, n) => `drive${n}`)
  const hours = (n: number): number => Math.round(n * UNIT), NEVER = Number.MAX_SAFE_INTEGER
  const model = defineModel({
    name: 'group', uses: [], config: { parse: (): null => null },
    state: (): Group => ({ drives: names.map(() => ({ timer: null, restoring: false, defect: false, next: 0 })), groups: 0, lost: 0 }),
    requests: { parse: input => input as { type: 'group.commission' } }, facts: type<Fact>(),
    on: {
      'sim.started'(_, _event, cx) { cx.emit({ type: 'group.commission' }) },
      'group.commission'(g, _, cx) {
        for (let n = 0; n < drives; n++) fresh(g, n, cx)
        cx.after(hours(missionHours), { type: 'group.retired' })
      },
      'group.retired'(g, _, cx) {
        g.groups++
        for (const drive of g.drives) if (drive.timer !== null) cx.cancel(drive.timer)
        cx.emit({ type: 'group.commission' })
      },
      'group.driveRestored'(g, { drive }, cx) { fresh(g, drive, cx) },
      'group.driveFailed'(g, { drive }, cx) {
        const others = g.drives.filter((_, n) => n !== drive)
        if (others.some(other => other.restoring)) g.lost++
        else {
          g.drives.forEach((other, n) => { if (n !== drive) followUp(other, n, cx) })
          const bad = others.filter(other => other.defect)
          if (bad.length > 0) g.lost++
          for (const other of bad) {
            other.defect = false
            other.next = cx.now + cx.rng('defect', names[g.drives.indexOf(other)]!).exponential(hours(laws.defect))
          }
        }
        const failed = g.drives[drive]!
        failed.restoring = true
        failed.defect = false
        failed.timer = cx.after(hours(laws.restoreMin) + cx.rng('restore', names[drive]!).weibull(hours(laws.restoreScale), laws.restoreShape), { type: 'group.driveRestored', drive })
      },
    },
  })
  type Cx = { now: number; after(delay: number, event: Fact): TimerId; rng(purpose: string, thing: string): { exponential(mean: number): number; weibull(scale: number, shape: number): number } }
  function fresh(g: Group, n: number, cx: Cx): void {
    const drive = g.drives[n]!
    drive.restoring = drive.defect = false
    drive.next = cx.now + cx.rng('defect', names[n]!).exponential(hours(laws.defect))
    drive.timer = cx.after(cx.rng('life', names[n]!).weibull(hours(laws.lifeScale), laws.lifeShape), { type: 'group.driveFailed', drive: n })
  }
  function followUp(drive: Drive, n: number, cx: Cx): void {
    while (drive.next <= cx.now) {
      drive.defect = !drive.defect
      if (!drive.defect) drive.next += cx.rng('defect', names[n]!).exponential(hours(laws.defect))
      else drive.next = scrub ? drive.next + hours(laws.scrubMin) + cx.rng('scrub', names[n]!).weibull(hours(laws.scrubScale), laws.scrubShape) : NEVER
    }
  }
  const models = [model] as const, sim = createSim({ models, world: initialWorld(models, { group: null }), seed: 0 })
  return {
    run(i) {
      sim.restart({ seed: `groups/${i}` })
      while (sim.world.group.groups < PER_RUN) sim.step()
      return [sim.world.group.lost, PER_RUN]
    },
  }
}

const raidLatent: Family = {
  analytic: () => () => undefined,
  /** Failures times the chance that one of the others holds a defect then; both as if long under way. */
  near: 0.03,
  otherwise(p) {
    const { drives, missionHours } = numbersOf(p, 'drives', 'missionHours'), l = lawsOf(p), mean = (scale: number, shape: number): number => scale * exp(lnGamma(1 + 1 / shape))
    if (p.scrub === false) return () => undefined
    const cleared = l.scrubMin + mean(l.scrubScale, l.scrubShape), holds = cleared / (cleared + l.defect), restoring = (l.restoreMin + mean(l.restoreScale, l.restoreShape)) / mean(l.lifeScale, l.lifeShape)
    const failures = drives * (missionHours / l.lifeScale) ** l.lifeShape, lost = failures * (1 - (1 - holds) ** (drives - 1) * (1 - restoring) ** (drives - 1))
    return figures({ 'ddfPer*Groups*y': count => Number(count) * lost })
  },
  simulated: p => named({
    'ddfPer*Groups*y': count => { const of = groups(p); return { run: i => { const [lost, all] = of.run(i); return [lost * Number(count), all] } } },
  }),
}

export const latent: Readonly<Record<string, Family>> = { 'raid-latent': raidLatent }
