/**
 * The console's own commands: letting time pass, doing things to the system, asking about it, going back, keeping the session. A command answers
 * with a text if what was typed cannot be done.
 */
import { DAY, formatDuration, parseDuration, type Micros } from '../../base/time.ts'
import type { Entry } from '../../core/trace.ts'
import type { SimEvent } from '../../models/stack.ts'
import { sentence } from '../telling/index.ts'
import { transcriptOf, transcriptText } from '../transcript.ts'
import { clock, plural, wrap } from '../text.ts'
import { ACTIONS } from './actions.ts'
import type { Command } from './command.ts'
import { arrayNames, condition, CONDITIONS } from './until.ts'
import { hosts, timeLine, why } from './views.ts'
import { unknown } from './words.ts'

const aDuration = (word: string | undefined, such: string): Micros | string => {
  const micros = word === undefined ? undefined : parseDuration(word)
  return micros === undefined ? `${word === undefined ? '' : `found ${word}, `}expected a duration such as ${such}` : micros
}
const logged = ({ at, event, refusal }: Entry<SimEvent>): string => `${clock(at)}  ${sentence(event)}${refusal === undefined ? '' : `: refused, ${refusal.text}`}`

const GENERAL: readonly Command[] = [
  {
    name: 'advance', args: 'TIME', help: 'time passes: 10m, 2h30m', acts: true,
    *run(session, words) {
      const micros = aDuration(words.join('') || undefined, '10m or 2h30m')
      if (typeof micros === 'string') return micros
      if ((yield* session.lab.pass(session.lab.now + micros)) === 'interrupted') session.note(`interrupted at ${clock(session.lab.now)}`)
      return undefined
    },
  },
  {
    name: 'until', args: 'WHAT [within TIME]', help: 'time passes until in-sync, md1 clean, guest up i5a, service down NAME, 3h, or a fact such as md.syncDone array=md1', acts: true,
    complete: ({ lab }) => [...CONDITIONS, ...arrayNames(lab), ...lab.guests],
    *run(session, words) {
      const { lab } = session
      const within = words.indexOf('within'), given = within < 0 ? undefined : aDuration(words.slice(within + 1).join('') || undefined, '7d')
      if (typeof given === 'string') return given
      const wanted = condition(lab, within < 0 ? words : words.slice(0, within))
      if (typeof wanted === 'string') return wanted
      if ('at' in wanted) {
        yield* lab.pass(wanted.at)
        return undefined
      }
      const limit = given ?? DAY, ended = yield* lab.listen(lab.now + limit, entry => wanted.hear?.(entry), () => wanted.holds())
      if (ended === 'interrupted') session.note(`interrupted at ${clock(lab.now)}`)
      if (ended === 'time') {
        session.unmet = true
        session.reply(`NOT MET within ${formatDuration(limit)}: ${wanted.says}`)
      }
      return undefined
    },
  },
  {
    name: 'expect', args: 'WHAT', help: 'whether it holds now, as in :until; if not, the console ends with status 1', complete: ({ lab }) => [...CONDITIONS, ...arrayNames(lab), ...lab.guests],
    *run(session, words) {
      const wanted = condition(session.lab, words)
      if (typeof wanted === 'string') return wanted
      if ('at' in wanted || wanted.hear !== undefined) return 'expected a state such as in-sync or md1 clean'
      const met = wanted.holds()
      session.unmet ||= !met
      session.reply(`${met ? 'met' : 'NOT MET'}: ${wanted.says}`)
      return undefined
    },
  },
  {
    name: 'login', args: 'GUEST', help: 'to the terminal of another partition; its shell stays as it was left', acts: true, complete: ({ lab }) => lab.shells,
    *run(session, [name = '', ...rest]) {
      const { lab } = session, guest = lab.guests.find(each => each === name)
      if (guest === undefined || rest.length > 0) return unknown('the partition', [name, ...rest].join(' '), lab.shells)
      if (!lab.shells.includes(guest)) return `${guest} runs ${lab.world.hypervisor.guests[guest]!.os}, of which no shell is modelled; expected ${lab.shells.join(' or ') || 'a partition with linux, and there is none'}`
      if (!lab.runs(guest)) return `${guest} does not answer; :hosts tells how it is`
      yield* lab.login(guest)
      return undefined
    },
  },
  {
    name: 'ctrl-c', args: '', help: 'interrupts what runs at this terminal',
    *run(session) {
      if (session.lab.tty === undefined) return 'nobody is logged in'
      yield* session.interrupt()
      return undefined
    },
  },
  {
    name: 'back', args: '[N]', help: 'so many commands back, by doing all before them again',
    *run(session, [word = '1']) {
      const { lab } = session, most = lab.marks.length, count = Number(word)
      if (!/^\d+$/.test(word) || count < 1) return `found ${word}, expected a number of commands`
      if (count > most) return most === 0 ? 'nothing has been done yet' : `only ${plural(most, 'command')} to go back`
      const mark = lab.back(count)
      session.forget()
      session.note(`back to ${clock(mark.at)}, before: ${mark.text}`)
      return undefined
    },
  },
  {
    name: 'patience', args: 'TIME', help: 'how long a command may go on before the prompt is back all the same; first 1h',
    *run({ lab }, words) {
      const micros = aDuration(words.join('') || undefined, '6h')
      if (typeof micros === 'string') return micros
      lab.patience = micros
      return undefined
    },
  },
  { name: 'why', args: '[SERVICE]', help: 'why a service is down, or was last', complete: ({ lab }) => Object.keys(lab.world.service.services), *run(session, [service]) { return why(session, service) } },
  { name: 'hosts', args: '', help: 'who is up, which disks and arrays there are', *run(session) { hosts(session) } },
  { name: 'time', args: '', help: 'how late it is', *run(session) { session.reply(timeLine(session.lab)) } },
  {
    name: 'log', args: '[all]', help: 'what has happened since the last prompt, or since the start', complete: () => ['all'],
    *run(session, [word]) {
      if (word !== undefined && word !== 'all') return `found ${word}, expected all or nothing`
      const news = session.lab.news(word === 'all' ? 0 : session.before, word === 'all' ? 1 : 2)
      if (news.length === 0) session.reply('Nothing has happened.')
      for (const entry of news) for (const line of wrap(logged(entry), 80, ' '.repeat(10))) session.reply(line.replace(/^(\S+(?: \d\S+)?) (?=\S)/, '$1  '))
      return undefined
    },
  },
  { name: 'transcript', args: '', help: 'all that was typed and printed, also by scripts', *run(session) { for (const line of transcriptText(transcriptOf(session.lab.trace))) session.reply(line) } },
  {
    name: 'save', args: 'FILE', help: 'the session as a scenario that hotspare run gives again',
    *run(session, words) {
      if (words.length !== 1) return 'expected the name of a file such as lab.yaml'
      session.note(session.screen.save(words[0]!))
      return undefined
    },
  },
  {
    name: 'help', args: '', help: 'this list',
    *run(session) {
      for (const { name, args, help } of COMMANDS) wrap(help, 78 - 26, '').forEach((line, i) => session.reply(`  ${(i === 0 ? `:${name}${args === '' ? '' : ` ${args}`}` : '').padEnd(24)}${i === 0 && `:${name} ${args}`.length > 23 ? `\n${' '.repeat(26)}` : ''}${line}`))
      session.reply('Everything else is typed at the partition; Ctrl-C interrupts, Ctrl-D ends.')
    },
  },
  { name: 'quit', args: '', help: 'ends the console', *run(session) { session.over = true } },
]
export const COMMANDS: readonly Command[] = [...GENERAL.slice(0, 3), ...ACTIONS, ...GENERAL.slice(3)]
/** By its name, or the beginning of only one. */
export function commandNamed(name: string): Command | undefined {
  const word = name.toLowerCase()
  if (word === '?') return COMMANDS.find(each => each.name === 'help')
  if (word === 'exit') return COMMANDS.find(each => each.name === 'quit')
  const exact = COMMANDS.find(each => each.name === word), begin = COMMANDS.filter(each => each.name.startsWith(word))
  return exact ?? (begin.length === 1 ? begin[0] : undefined)
}
