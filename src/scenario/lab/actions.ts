/**
 * What can be done to the system from the console: the requests that a timeline may make, by short names, or any of them by its own. They are
 * checked as those of a scenario are, so that a name that does not exist is told and never reaches a model.
 */
import type { SimRequest } from '../../models/stack.ts'
import { checkScenario } from '../build.ts'
import { isRecord } from '../names.ts'
import { requestTypes } from '../telling/index.ts'
import type { At, Command } from './command.ts'
import type { Lab } from './lab.ts'
import { unknown } from './words.ts'

type Written = Record<string, unknown>

/** `key=value` words as fields: numbers, flags and texts. */
function fields(words: readonly string[]): Written | string {
  const given: Written = {}
  for (const word of words) {
    const at = word.indexOf('='), value = word.slice(at + 1)
    if (at < 1) return `found ${word}, expected a field and its value such as down=20m`
    given[word.slice(0, at)] = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value === 'true' || value === 'false' ? value === 'true' : value
  }
  return given
}

/** Asks the models, or says why that cannot be asked. */
function ask({ lab, input }: At, requests: readonly Written[]): string | undefined {
  const step = { at: '0s', do: requests }, { typed: _typed, expect: _expect, ...rest } = (isRecord(input) ? input : {}) as Written
  const { scenario, problems } = checkScenario({ ...rest, typed: [step] }, lab.scenario.models)
  const own = problems.find(({ path }) => path[0] === 'typed')
  if (own !== undefined) return `${own.found.replace(/ in typed\[0\]\.do(\[\d+\])?/, '')}${own.expected === '' ? '' : `, ${own.expected}`}${own.suggestion === undefined ? '' : `; did you mean "${own.suggestion}"?`}`
  const ready = scenario?.typed[0] ?? checkScenario({ until: '1h', system: {}, typed: [step] }, lab.scenario.models).scenario?.typed[0]
  const refusal = lab.take({ kind: 'do', requests: ready?.kind === 'do' ? ready.requests : requests as unknown as SimRequest[], written: requests.length === 1 ? requests[0] : requests })
  return refusal === undefined ? undefined : `refused: ${refusal.text}`
}

const guests = ({ lab }: At): readonly string[] => lab.guests
const onGuest = (name: string, type: string, help: string): Command => ({
  name, args: 'GUEST', help, acts: true, complete: guests,
  *run(session, [guest = '', ...words]) {
    if (!(session.lab.guests as string[]).includes(guest)) return unknown('the guest', guest, session.lab.guests)
    const given = fields(words)
    return typeof given === 'string' ? given : yield* done(session, [{ type, guest, ...given }])
  },
})
const ofNwsd = (name: string, type: string, help: string): Command => ({
  name, args: 'NWSD', help, acts: true, complete: ({ lab }) => [...nwsds(lab), ...Object.keys(lab.world.vscsi.servedBy)],
  *run(session, [word = '', ...rest]) {
    const { lab } = session, all = nwsds(lab), served = lab.world.vscsi.servedBy[word as never] as readonly string[] | undefined
    if (rest.length > 0 || (!all.includes(word) && served === undefined)) return unknown('the NWSD', [word, ...rest].join(' '), [...all, ...Object.keys(lab.world.vscsi.servedBy)])
    return yield* done(session, (served ?? [word]).map(nwsd => ({ type, nwsd })))
  },
})
const nwsds = (lab: Lab): string[] => Object.keys(lab.world.vscsi.nwsds)

/** What it brings about at once happens before the next prompt. */
function* done(session: At, requests: readonly Written[]): Generator<void, string | undefined> {
  const answer = ask(session, requests)
  yield* session.lab.pass(session.lab.now)
  return answer
}

export const ACTIONS: readonly Command[] = [
  onGuest('ipl', 'hypervisor.ipl', 'an orderly IPL: down=20m says how long it is away'),
  onGuest('crash', 'hypervisor.crash', 'its system dies at once'),
  onGuest('hang', 'hypervisor.hang', 'its system answers nobody any more'),
  onGuest('resume', 'hypervisor.resume', 'the hang is over'),
  onGuest('power-on', 'hypervisor.powerOn', 'it starts'),
  onGuest('power-off', 'hypervisor.powerOff', 'it shuts down: how=vsp-hard at once'),
  ofNwsd('vary-off', 'vscsi.varyOff', 'a network server goes off, or all of a host; its disks are gone from the client'),
  ofNwsd('vary-on', 'vscsi.varyOn', 'and on again'),
  {
    name: 'do', args: 'TYPE [FIELD=VALUE]…', help: 'any request that a timeline can make, such as vscsi.loseSpace space=d1', acts: true, complete: () => requestTypes.filter(type => !type.startsWith('terminal.')),
    *run(session, [type = '', ...words]) {
      const known = requestTypes.filter(each => !each.startsWith('terminal.'))
      if (!known.includes(type)) return unknown('the request', type, known)
      const given = fields(words)
      return typeof given === 'string' ? given : yield* done(session, [{ type, ...given }])
    },
  },
]
