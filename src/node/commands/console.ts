/**
 * `hotspare console SCENARIO`: a terminal for people. On a terminal with prompts, history and completion; over a pipe it reads lines and shows what the
 * terminal would, without prompts and without what was typed (`--echo` shows both). Over a pipe what was typed wrongly is told on stderr.
 *
 * Exit status: 0; 1 an :expect or :until was not met; 2 over a pipe: something was typed that cannot be done.
 */
import { extname, dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { sessionAsScenario } from '../../record/session.ts'
import { complete } from '../../scenario/lab/complete.ts'
import type { Work } from '../../scenario/lab/lab.ts'
import { Session, type Manner, type Screen } from '../../scenario/lab/session.ts'
import { unknown } from '../../scenario/lab/words.ts'
import { writeYaml, readYaml } from '../../scenario/load.ts'
import type { Scenario } from '../../scenario/build.ts'
import { importScenario, readText, scenarioFile, writeWhole } from '../files.ts'
import { relocated } from '../relocate.ts'
import { openAll, time } from '../scenarios.ts'
import { colors, complain, UsageError } from '../terminal.ts'

export interface ConsoleOptions { at?: string; on?: string; seed?: string; echo?: boolean }

export async function console(given: string, options: ConsoleOptions): Promise<number> {
  const at = time(options.at, '--at') ?? 0, [ready] = await openAll([given]), { scenario, file } = ready!, path = scenarioFile(given)
  const program = !/^\.(ya?ml|json)$/.test(extname(path)), input = (program ? await importScenario(path) : readYaml(readText(path))) as Record<string, unknown>
  const talk = new Talk(scenario, { input, path, program, seed: options.seed, echo: options.echo === true })
  const on = talk.session.lab.guests.find(guest => guest === options.on)
  if (options.on !== undefined && on === undefined) throw new UsageError(`--on: ${unknown('the partition', options.on, talk.session.lab.shells)}`)
  if (on !== undefined && !talk.session.lab.shells.includes(on)) throw new UsageError(`--on ${on}: there is a shell only on partitions that run linux: ${talk.session.lab.shells.join(', ') || 'there is none'}`)
  return process.stdin.isTTY ? talk.withPerson(at, on ?? null, file) : talk.throughPipe(at, on ?? null)
}

interface TalkOptions { readonly input: Record<string, unknown>; readonly path: string; readonly program: boolean; readonly seed: string | undefined; readonly echo: boolean }

class Talk implements Screen {
  readonly session: Session
  private readonly options: TalkOptions
  private person = false
  /** What was shown last did not end its line. */
  private open = false
  private history: string[] = []

  constructor(scenario: Scenario, options: TalkOptions) {
    this.options = options
    this.session = new Session(scenario, this, { seed: options.seed, input: options.input })
  }

  show(text: string): void {
    if (text === '') return
    process.stdout.write(text)
    this.open = !text.endsWith('\n')
  }
  tell(line: string, manner: Manner): void {
    if (manner === 'wrong' && !this.person && !this.options.echo) return complain(line)
    const shown = manner === 'reply' ? line : manner === 'world' ? colors.dim(`* ${line}`) : manner === 'note' ? colors.dim(`(${line})`) : colors.red(`hotspare: ${line}`)
    this.show(`${this.open ? '\n' : ''}${shown}\n`)
  }
  save(file: string): string {
    const { lab } = this.session, { path, program, input, seed } = this.options
    if (program) {
      this.session.wrong = true
      return 'not saved: a scenario that is a program cannot be kept as YAML'
    }
    const to = /\.(ya?ml|json)$/.test(file) ? file : `${file}.yaml`
    try {
      writeWhole(to, writeYaml(sessionAsScenario(relocated(input, dirname(resolve(path)), dirname(resolve(to))), { seed: seed ?? lab.seed, until: lab.scenario.until, now: lab.now, steps: lab.steps })))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.session.wrong = true
      return `not saved: ${error.message}`
    }
    return `saved; hotspare run ${to} gives the session again`
  }

  /** Lines from a file or another program, one after the other. */
  async throughPipe(at: number, on: Session['lab']['guest']): Promise<number> {
    const { session } = this
    finish(session.begin(at, on))
    for await (const line of createInterface({ input: process.stdin, terminal: false, crlfDelay: Infinity })) {
      this.typed(line)
      finish(session.enter(line))
      if (session.over) break
    }
    // What is not finished ends as at a terminal.
    if (!session.over && session.more) {
      this.typed('')
      finish(session.end())
    }
    if (this.open) this.show('\n')
    return session.unmet ? 1 : session.wrong ? 2 : 0
  }
  private typed(line: string): void {
    if (this.options.echo) this.show(`${this.open && this.session.prompt !== '' ? '\n' : ''}${this.session.prompt}${line}\n`)
  }

  /** With prompts, until Ctrl-D or :quit. */
  async withPerson(at: number, on: Session['lab']['guest'], file: string): Promise<number> {
    const { session } = this
    this.person = true
    process.stdout.write(`${colors.bold(file)}: time stands still while you type. :help lists what else there is, Tab completes, Ctrl-D ends.\n`)
    await this.patiently(session.begin(at, on))
    while (!session.over) await this.atTerminal()
    return session.unmet ? 1 : 0
  }
  /** One life of the line editor: Ctrl-D ends it, and a command that reads gets its end from it. */
  private atTerminal(): Promise<void> {
    const { session } = this
    return new Promise((done, fail) => {
      const rl = createInterface({ input: process.stdin, output: process.stdout, terminal: true, history: [...this.history], historySize: 1000, completer: (line: string) => complete(session, line) })
      const queue: string[] = []
      let busy = false
      const prompt = (): void => {
        rl.setPrompt(session.prompt)
        rl.prompt()
      }
      const pump = async (): Promise<void> => {
        if (busy) return
        busy = true
        try {
          for (let line = queue.shift(); line !== undefined && !session.over; line = queue.shift()) await this.patiently(session.enter(line))
        } catch (error) {
          fail(error)
        }
        busy = false
        if (session.over) rl.close()
        else prompt()
      }
      rl.on('history', (lines: string[]) => { this.history = lines })
      rl.on('line', line => {
        this.open = false
        queue.push(line)
        void pump()
      })
      rl.on('SIGINT', () => {
        process.stdout.write('^C\n')
        if (busy) {
          queue.length = 0
          session.lab.interrupted = true
          return
        }
        rl.write(null, { ctrl: true, name: 'e' })
        rl.write(null, { ctrl: true, name: 'u' })
        void this.patiently(session.interrupt()).then(prompt, fail)
      })
      rl.on('close', () => {
        if (session.over) return done()
        process.stdout.write('\n')
        this.open = false
        this.patiently(session.end()).then(done, fail)
      })
      prompt()
    })
  }
  /** Whoever waits can press a key. */
  private async patiently(work: Work): Promise<void> {
    while (!work.next().done) await new Promise<void>(soon => { setImmediate(soon) })
  }
}

function finish(work: Work): void {
  for (let step = work.next(); !step.done; step = work.next()) continue
}
