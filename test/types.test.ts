/**
 * What the compiler refuses about models, proved by running it: each rule has a model that compiles, and one line changed that must not,
 * with the error on that very line. A rule that is lost from the types turns its line here red.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const MODEL = `
import { z } from 'zod'
import type { Id } from '../src/base/id.ts'
import { defineModel, initialWorld, type, type Context } from '../src/core/model.ts'
import { createSim } from '../src/core/sim.ts'
type ValveId = Id<'valve'>
type TankId = Id<'tank'>
const valve = defineModel({
  name: 'valve', uses: [],
  config: z.array(z.string()),
  state: (config: string[]): { open: Record<ValveId, boolean> } => ({ open: Object.fromEntries(config.map(v => [v, false])) }),
  requests: z.discriminatedUnion('type', [
    z.object({ type: z.literal('valve.open'), valve: z.string().transform(v => v as ValveId) }),
    z.object({ type: z.literal('valve.close'), valve: z.string().transform(v => v as ValveId) }),
  ]),
  facts: type<{ type: 'valve.opened'; valve: ValveId } | { type: 'valve.jammed'; valve: ValveId; after: number }>(),
  on: {
    'valve.open'(s, { valve }, cx) {
      s.open[valve] = true
      cx.emit({ type: 'valve.opened', valve })
    },
    'valve.close'(s, { valve }, cx) {
      if (!s.open[valve]) return cx.refuse({ status: 1, text: 'closed already' })
      s.open[valve] = false
    },
  },
})
const tank = defineModel({
  name: 'tank', uses: [valve],
  config: z.object({ litres: z.number() }),
  state: (config: { litres: number }): { litres: number; feeds: Record<ValveId, TankId> } => ({ litres: config.litres, feeds: {} }),
  requests: z.never(),
  facts: type<{ type: 'tank.overflowed'; tank: TankId }>(),
  on: {
    'sim.started'(_s, _event, cx) { cx.rng('leak', 'tank').uniform() },
    'valve.opened'(s, { valve }, cx) {
      s.litres++
      const tank = s.feeds[valve]
      const open = cx.world.valve.open[valve]
      if (tank && open) cx.emit({ type: 'tank.overflowed', tank })
      cx.after(10, { type: 'valve.close', valve })
    },
  },
})
const models = [valve, tank] as const
const sim = createSim({ models, world: initialWorld(models, { valve: ['v1'], tank: { litres: 3 } }), seed: 1 })
sim.dispatch({ type: 'valve.open', valve: 'v1' as ValveId })
const litres: number = sim.world.tank.litres
export { litres, type Context }
`

/** What is forbidden; the line of the model above that is changed, and what it becomes. */
const FORBIDDEN: readonly (readonly [rule: string, line: string, instead: string])[] = [
  ['a handler of an event that nobody sends', "    'valve.opened'(s, { valve }, cx) {", "    'valve.opend'(s: any, { valve }: any, cx: any) {"],
  ['emitting an event with a misspelt type', "      cx.emit({ type: 'valve.opened', valve })", "      cx.emit({ type: 'valve.opend', valve })"],
  ['an event with a wrong payload', "      cx.emit({ type: 'valve.opened', valve })", "      cx.emit({ type: 'valve.jammed', valve, after: 'an hour' })"],
  ['an event that lacks a part', "      cx.emit({ type: 'valve.opened', valve })", "      cx.emit({ type: 'valve.jammed', valve })"],
  ['an event with a part that does not belong to it', "      cx.emit({ type: 'valve.opened', valve })", "      cx.emit({ type: 'valve.opened', valve, pressure: 3 })"],
  ['reading a part that the event does not have', "    'valve.close'(s, { valve }, cx) {", "    'valve.close'(s, { valve, pressure }, cx) {"],
  ['writing to the slice of another model', '      const open = cx.world.valve.open[valve]', '      const open = cx.world.valve.open[valve] = true'],
  ['writing to its own slice past the recipe', '      const open = cx.world.valve.open[valve]', '      const open = cx.world.tank.litres++'],
  ['reading a model that it does not use', '      if (!s.open[valve]) return cx.refuse({ status: 1, text: \'closed already\' })', '      if (cx.world.tank.litres > 0) return'],
  ['forging a fact of another model', "      if (tank && open) cx.emit({ type: 'tank.overflowed', tank })", "      if (tank && open) cx.emit({ type: 'valve.opened', valve })"],
  ['requesting something of a model above', "      cx.emit({ type: 'valve.opened', valve })", "      cx.emit({ type: 'tank.overflowed', tank: 't' as TankId })"],
  ['a second handler of a request of another model', "    'sim.started'(_s, _event, cx) { cx.rng('leak', 'tank').uniform() },", "    'valve.open'(_s: unknown, _event: unknown) {},"],
  ['taking one kind of id for another', "      if (tank && open) cx.emit({ type: 'tank.overflowed', tank })", "      if (tank && open) cx.emit({ type: 'tank.overflowed', tank: valve })"],
  ['a plain string for an id', "sim.dispatch({ type: 'valve.open', valve: 'v1' as ValveId })", "sim.dispatch({ type: 'valve.open', valve: 'v1' })"],
  ['a fact under the name of another model', "  facts: type<{ type: 'tank.overflowed'; tank: TankId }>(),", "  facts: type<{ type: 'tank.overflowed'; tank: TankId } | { type: 'valve.burst' }>(),"],
  ['dispatching a fact from outside', "sim.dispatch({ type: 'valve.open', valve: 'v1' as ValveId })", "sim.dispatch({ type: 'valve.opened', valve: 'v1' as ValveId })"],
  ['writing to the world from outside', 'const litres: number = sim.world.tank.litres', 'const litres: number = sim.world.tank.litres = 3'],
  ['a configuration that lacks a section or has it wrong', "const sim = createSim({ models, world: initialWorld(models, { valve: ['v1'], tank: { litres: 3 } }), seed: 1 })", "const sim = createSim({ models, world: initialWorld(models, { valve: ['v1'], tank: { liters: 3 } }), seed: 1 })"],
  ['a status that is not a number in a refusal', "      if (!s.open[valve]) return cx.refuse({ status: 1, text: 'closed already' })", "      if (!s.open[valve]) return cx.refuse({ status: 'EBUSY', text: 'closed already' })"],
]

/** The handler of a request that is forgotten: it is cut out, and the error is where the handlers begin. */
const FORGOTTEN = MODEL.replace(/ {4}'valve\.close'\(s[^]*?\n {4}\},\n/, '')

let errors: Map<string, { line: number; message: string }[]>

beforeAll(() => {
  const files = new Map([[join(root, 'test/snippet-good.ts'), MODEL], [join(root, 'test/snippet-forgotten.ts'), FORGOTTEN]])
  for (const [i, [, line, instead]] of FORBIDDEN.entries()) files.set(join(root, `test/snippet-${i}.ts`), MODEL.replace(line, instead))
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = name => files.has(name) || fileExists(name)
  host.readFile = name => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const text = files.get(name)
    return text === undefined ? getSourceFile(name, languageVersion, ...rest) : ts.createSourceFile(name, text, languageVersion)
  }
  const program = ts.createProgram({ rootNames: [...files.keys()], options: { ...options, types: [], noUnusedLocals: false }, host })
  errors = new Map([...files.keys()].map(name => {
    const source = program.getSourceFile(name)!
    return [name.slice(root.length + '/test/snippet-'.length, -'.ts'.length), program.getSemanticDiagnostics(source).map(d => ({
      line: source.getLineAndCharacterOfPosition(d.start!).line, message: ts.flattenDiagnosticMessageText(d.messageText, '\n'),
    }))]
  }))
})

test('the model that keeps the rules compiles', () => {
  expect(errors.get('good')).toEqual([])
})

test.each(FORBIDDEN.map(([rule, line], i) => ({ rule, line, i })))('$rule does not compile', ({ line, i }) => {
  const where = MODEL.split('\n').indexOf(line)
  expect(where, 'the line to change is in the model').toBeGreaterThan(0)
  expect(errors.get(String(i))!.map(error => error.line)).toContain(where)
})

test('forgetting the handler of a request does not compile', () => {
  expect(FORGOTTEN).not.toBe(MODEL)
  expect(errors.get('forgotten')!.map(error => error.message).join()).toMatch(/valve\.close.* is missing/)
})
