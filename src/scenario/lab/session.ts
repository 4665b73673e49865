/**
 * What becomes of a line at the console: a command for the shell of the partition, or one of the console's own, which begin with a colon and a
 * letter (a blank in front makes it the shell's). After each, what happened meanwhile in the system is told in one line each.
 */
import { formatDuration } from '../../base/time.ts'
import type { GuestId } from '../../models/hypervisor/state.ts'
import type { Scenario } from '../build.ts'
import { sentence } from '../telling/index.ts'
import { clock, plural, shorten } from '../text.ts'
import { fromBytes } from '../../shell/kernel/bytes.ts'
import { COMMANDS, commandNamed } from './commands.ts'
import { Lab, type Ended, type Work } from './lab.ts'
import { unknown } from './words.ts'

/** `world`: what happened in the system; `wrong`: what was typed cannot be done; `reply`: the answer to a question. */
export type Manner = 'reply' | 'note' | 'world' | 'wrong'
export interface Screen {
  /** What the terminal of the partition shows, as it comes. */
  show(text: string): void
  tell(line: string, manner: Manner): void
  /** Keeps the session as a scenario of this name; what was kept, or an error for the person. */
  save(file: string): string
}
export interface SessionOptions { readonly seed?: string | undefined; readonly input: unknown }

const MOST_NEWS = 24, WIDTH = 78

export class Session {
  readonly lab: Lab
  readonly screen: Screen
  /** The scenario as it was written. */
  readonly input: unknown
  /** Where in the trace the last command began, and this one. */
  before = 0
  private told = 0
  /** An expectation was not met; something typed was wrong. */
  unmet = false
  wrong = false
  over = false

  constructor(scenario: Scenario, screen: Screen, { seed, input }: SessionOptions) {
    this.screen = screen
    this.input = input
    this.lab = new Lab(scenario, { seed, show: text => screen.show(text) })
  }

  /** To the time and the partition where one begins. */
  *begin(at: number, on: GuestId | null): Work {
    const { lab } = this
    yield* lab.arrive(at)
    this.told = this.before = lab.trace.length
    const guest = on ?? lab.shells.find(each => Object.values(lab.world.md.arrays).some(array => array.guest === each)) ?? lab.shells[0]
    if (guest === undefined) return this.complain('no partition of this scenario runs linux, so there is no shell to log in to; :help lists what can be done')
    if (lab.runs(guest)) yield* lab.login(guest)
    else {
      lab.guest = guest
      this.note(`${guest} ${stateOf(this, guest)}; :until guest up ${guest} waits for it`)
    }
  }

  get prompt(): string {
    const { lab } = this, { tty } = lab
    if (tty === undefined || lab.guest === null) return 'hotspare> '
    if (!lab.runs(lab.guest)) return `${lab.guest} hangs> `
    return tty.prompt !== null ? fromBytes(tty.prompt.text) : tty.reads ? '' : '(still running)> '
  }
  /** The line belongs to what was begun before. */
  get more(): boolean {
    const { tty } = this.lab
    return tty !== undefined && (tty.prompt === null || tty.prompt.more)
  }

  *enter(line: string): Work {
    const own = /^:([a-z?][\w?-]*)(?:\s+(.*))?$/is.exec(line)
    if (own !== null) yield* this.own(own[1]!, own[2]?.trim() ?? '', line)
    else yield* this.type(line)
    this.tellNews()
  }
  private *own(name: string, rest: string, line: string): Work {
    const command = commandNamed(name)
    if (command === undefined) return this.complain(`${unknown('the command', name, COMMANDS.map(each => each.name))}${/[?]/.test(name) ? '' : '; :help lists all'}`)
    const { lab } = this, mark = lab.marks.length
    if (command.acts) lab.mark(line)
    this.lab.interrupted = false
    const answer = yield* command.run(this, rest === '' ? [] : rest.split(/\s+/))
    if (typeof answer === 'string') {
      // What was asked and refused has happened all the same.
      const last = lab.marks.at(-1)
      if (lab.marks.length > mark && last!.steps === lab.steps.length && last!.at === lab.now) lab.marks.length = mark
      this.complain(`:${command.name}: ${answer}`)
    }
  }
  private *type(line: string): Work {
    const { lab } = this, { guest } = lab
    if (guest === null) return line.trim() === '' ? undefined : this.complain(`nobody is logged in${lab.shells.length > 0 ? `; :login ${lab.shells[0]!}` : ''}`)
    if (!lab.runs(guest)) return line.trim() === '' ? undefined : this.complain(`${guest} ${stateOf(this, guest)}; nothing is typed there`)
    if (!this.more) lab.mark(line)
    lab.interrupted = false
    if (lab.tty === undefined) {
      this.note(`logged in to ${guest}`)
      yield* lab.login(guest)
      if (line.trim() === '') return
    }
    yield* this.settled(yield* lab.type(line))
  }
  /** Ctrl-C, at the prompt or while something goes on. */
  *interrupt(): Work {
    const { lab } = this
    if (lab.tty === undefined || !lab.runs(lab.guest!)) return
    lab.interrupted = false
    if (!this.more) lab.mark('^C')
    yield* this.settled(yield* lab.press('interrupt'))
    this.tellNews()
  }
  /** Ctrl-D: who reads is at the end; at the prompt it ends the console. */
  *end(): Work {
    const { lab } = this
    if (lab.tty === undefined || !this.more || !lab.runs(lab.guest!)) {
      this.over = true
      return
    }
    yield* this.settled(yield* lab.press('end'))
    this.tellNews()
  }
  *settled(ended: Ended): Work {
    const { lab } = this, { guest } = lab
    if (guest === null) return
    if (ended === 'interrupted') return yield* this.interrupt()
    if (!lab.runs(guest)) this.note(`${guest} ${stateOf(this, guest)}`)
    else if (ended === 'time') this.note(`still running after ${formatDuration(lab.patience)}: :advance lets it go on, :ctrl-c ends it`)
    else if (lab.tty === undefined) {
      const { event } = lab.trace.findLast(each => each.event.type === 'terminal.close')!
      this.note(`the login on ${guest} has ended${event.type === 'terminal.close' && event.message !== undefined ? `, ${event.message}` : ''}; the next line begins another`)
    }
  }

  // What is said.

  reply(line: string): void { this.screen.tell(line, 'reply') }
  note(line: string): void { this.screen.tell(line, 'note') }
  complain(line: string): void {
    this.wrong = true
    this.screen.tell(line, 'wrong')
  }
  /** What matters of what happened since the last prompt. */
  private tellNews(): void {
    const { lab } = this, { length } = lab.trace
    if (length < this.told) this.told = this.before = length
    if (length === this.told) return
    const news = lab.news(this.told, 1), shown = news.length > MOST_NEWS ? news.slice(0, MOST_NEWS - 1) : news
    for (const { at, event, refusal } of shown) this.screen.tell(shorten(`${clock(at)}  ${sentence(event)}${refusal === undefined ? '' : `: refused, ${refusal.text}`}`, WIDTH), 'world')
    if (shown.length < news.length) this.screen.tell(`… and ${plural(news.length - shown.length, 'more event')}: :log tells all`, 'world')
    this.before = this.told
    this.told = length
  }
  /** After going back: nothing is news. */
  forget(): void { this.told = this.before = this.lab.trace.length }
}

/** What can be said of a partition that answers nobody. */
export function stateOf({ lab }: Session, guest: GuestId): string {
  const there = lab.world.hypervisor.guests[guest]!
  return there.hung ? 'hangs: it answers nobody' : there.up ? 'is up' : there.stuck !== null ? `does not come up: ${there.stuck}` : there.state === 'running' ? 'is not up' : `is ${there.state}`
}
