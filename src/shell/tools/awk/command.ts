/**
 * awk, mawk and gawk: options, operands, and the way from BEGIN over the records to END.
 *
 * `awk` is mawk, as in Debian. `exit` in BEGIN or a rule goes to END, in END it ends. Source: POSIX awk; mawk 1.3.4 20200120 for messages.
 */
import { E, failed } from '../../kernel/errno.ts'
import { defineCommand, type Command } from '../../kernel/command.ts'
import type { Process } from '../../kernel/process.ts'
import type { Run } from '../../kernel/wait.ts'
import { AwkArray } from './array.ts'
import { compileProgram, GAWK, MAWK, type Compiled, type CompiledRule } from './compile.ts'
import { setMainInput, type MainInput } from './getline.ts'
import { ProgramError, unescapeString } from './lexer.ts'
import { isWatched } from './places.ts'
import { worked } from '../io.ts'
import { RecordBuffer } from './records.ts'
import { AwkError, EXIT, NEXT, NEXTFILE, NORMAL, Runtime, SLOT, Unwind } from './runtime.ts'
import type { Step } from './statements.ts'
import { Input, type Value } from './value.ts'

interface Invocation { readonly text: string; readonly file: string | null; readonly assignments: readonly string[]; readonly separator: string | null; readonly operands: readonly string[] }

const command = (name: string, gawk: boolean): Command => defineCommand({ name, cost: 200, run: p => run(p, gawk) })
export const AWK: readonly Command[] = [command('awk', false), command('mawk', false), command('gawk', true)]

function* run(p: Process, gawk: boolean): Run {
  const me = gawk ? 'gawk' : p.name, invocation = yield* options(p, gawk)
  if (typeof invocation === 'number') return invocation
  let program: Compiled
  try {
    program = compileProgram(invocation.text, gawk ? GAWK : MAWK)
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error
    const { message, line, bare } = error, undefinedName = gawk ? /^function (\w+) never defined$/.exec(message)?.[1] : undefined
    const where = gawk ? `${invocation.file ?? 'cmd. line'}:${line}: ` : bare ? `${line}: ` : `${invocation.file === null ? '' : `${invocation.file}: `}line ${line}: `
    yield* p.err(`${me}: ${where}${undefinedName === undefined ? message : `fatal: function \`${undefinedName}' not defined`}\n`)
    return gawk && error.message.startsWith('syntax') ? 1 : 2
  }
  const rt = new Runtime(p, gawk, program.globals.size)
  const session = new Session(rt, program, invocation, me)
  return yield* session.run()
}

/** The program and what comes with it, or the status with which it is over. */
function* options(p: Process, gawk: boolean): Run<Invocation | number> {
  const argv = p.argv, me = gawk ? 'gawk' : p.name, assignments: string[] = [], files: string[] = []
  let separator: string | null = null, i = 1
  for (; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') { i++; break }
    if (word[0] !== '-' || word === '-') break
    const letter = word[1]!
    if (letter === 'F' || letter === 'v' || letter === 'f') {
      const value = word.length > 2 ? word.slice(2) : argv[++i]
      if (value === undefined) {
        yield* p.err(gawk ? `gawk: option requires an argument -- '${letter}'\n` : `${me}: option -${letter} lacks argument\n`)
        return 2
      }
      if (letter === 'F') separator = value
      else if (letter === 'f') files.push(value)
      else if (!/^[A-Za-z_]\w*=/.test(value)) {
        yield* p.err(gawk ? `gawk: fatal: \`${value}' argument to \`-v' not in \`var=value' form\n` : `${me}: improper assignment: -v ${value}\n`)
        return 2
      } else assignments.push(value)
    } else if (letter === 'W' || (gawk && (word === '--version' || word === '-V'))) {
      const what = letter === 'W' ? word.length > 2 ? word.slice(2) : argv[++i] ?? '' : 'v'
      if (/^v/.test(what)) { yield* p.out(gawk ? 'GNU Awk 5.2.1, API 3.2, PMA Avon 8-g1, (GNU MPFR 4.2.0, GNU MP 6.2.1)\n' : 'mawk 1.3.4 20200120\n'); return 0 }
      if (/^(i|p|posix|random=|sprintf=)/.test(what)) continue
      yield* p.err(`hotspare: ${me} option -W ${what} is not modelled\n`)
      return 2
    } else if (gawk && /^(-[PcSsrbtOh]|--(?:posix|re-interval|sandbox|traditional|characters-as-bytes|lint|optimize))$/.test(word)) continue
    else {
      yield* p.err(gawk ? `gawk: unrecognized option '${word}'\n` : `${me}: not an option: ${word}\n`)
      return 2
    }
  }
  let text = '', file: string | null = null
  if (files.length > 0) {
    for (const name of files) {
      const content = name === '-' ? yield* p.readAll(0) : yield* p.readFile(name)
      if (failed(content)) {
        yield* p.err(gawk ? `gawk: fatal: cannot open source file \`${name}' for reading: ${content.text}\n` : `${me}: cannot open ${name} (${content.text})\n`)
        return 2
      }
      text += content.endsWith('\n') || content === '' ? content : `${content}\n`
      file ??= name
    }
  } else if (i < argv.length) text = argv[i++]!
  else {
    yield* p.err(gawk ? 'Usage: gawk [POSIX or GNU style options] -f progfile [--] file ...\nUsage: gawk [POSIX or GNU style options] [--] \'program\' file ...\n' : 'Usage: mawk [Options] [Program] [file ...]\n')
    return gawk ? 1 : 0
  }
  return { text, file, assignments, separator, operands: argv.slice(i) }
}

class Session implements MainInput {
  private readonly rt: Runtime
  private readonly program: Compiled
  private readonly me: string
  private readonly invocation: Invocation
  private buffer: RecordBuffer | null = null
  private fd = -1
  private operand = 1
  /** Some operand was a file. */
  private anyFile = false
  private finished = false
  private readonly inRange: boolean[]

  constructor(rt: Runtime, program: Compiled, invocation: Invocation, me: string) {
    this.rt = rt
    this.program = program
    this.me = me
    this.invocation = invocation
    this.inRange = program.rules.map(() => false)
    setMainInput(rt, this)
  }

  *run(): Run {
    const { rt } = this
    try {
      this.prepare()
      yield* this.perform()
    } catch (error) {
      if (!(error instanceof AwkError)) throw error
      yield* rt.files.flush()
      const record = this.text(SLOT.NR) === '0' ? '' : `(FILENAME=${this.text(SLOT.FILENAME) || '-'} FNR=${this.text(SLOT.FNR)}) `
      if (rt.gawk) yield* rt.p.err(`gawk: ${error.message.startsWith('cannot open file') ? '' : `${this.invocation.file ?? 'cmd. line'}:1: ${record}`}fatal: ${error.message.replace(/^run time error: /, '')}\n`)
      else yield* rt.p.err(`${this.me}: ${error.message}\n${error.where ? `\tFILENAME="${this.text(SLOT.FILENAME)}" FNR=${this.text(SLOT.FNR)} NR=${this.text(SLOT.NR)}\n` : ''}`)
      rt.status = 2
    }
    rt.charge()
    const failures = yield* rt.files.closeAll()
    yield* rt.p.settle()
    for (const { name, failure: { text } } of failures) yield* rt.p.err(rt.gawk ? `gawk: fatal: cannot write to ${name === '/dev/stdout' ? 'standard output' : `\`${name}'`}: ${text}\n` : `${rt.p.name}: close failed on file ${name} (${text})\n`)
    return failures.length > 0 ? 2 : rt.status
  }
  private text(slot: number): string { return this.rt.text(this.rt.globals[slot] as Value) }

  private prepare(): void {
    const { rt, invocation } = this, g = rt.globals
    const args = new AwkArray()
    for (const [n, word] of [this.rt.p.argv[0]!.replace(/^.*\//, ''), ...invocation.operands].entries()) args.makeAtNumber(n).value = new Input(word)
    g[SLOT.ARGV] = args
    g[SLOT.ARGC] = invocation.operands.length + 1
    const env = new AwkArray()
    for (const [name, value] of rt.p.env) env.makeAtText(name).value = new Input(value)
    g[SLOT.ENVIRON] = env
    if (rt.gawk) {
      const info = rt.array(false, SLOT.PROCINFO)
      for (const [key, value] of [['version', '5.2.1'], ['pid', rt.p.pid], ['ppid', rt.p.ppid], ['FS', 'FS'], ['uid', 0], ['gid', 0], ['euid', 0], ['egid', 0]] as const) info.makeAtText(key).value = value
    }
    if (invocation.separator !== null) {
      const separator = rt.gawk && invocation.separator === 't' ? '\t' : unescapeString(invocation.separator, rt.gawk)
      g[SLOT.FS] = separator === '\\\\' ? '\\' : separator
      rt.changed(SLOT.FS)
    }
    for (const each of invocation.assignments) this.assign(each)
  }
  /** `name=value` of -v and of operands. */
  private assign(text: string): void {
    const at = text.indexOf('='), name = text.slice(0, at), variable = this.program.globals.get(name)
    if (variable === undefined || variable.kind === 'array') return
    const value = new Input(unescapeString(text.slice(at + 1), this.rt.gawk))
    if (name === 'NF') return this.rt.setNF(value)
    this.rt.globals[variable.slot] = value
    if (isWatched(name, variable.slot)) this.rt.changed(variable.slot)
  }

  private *perform(): Run<void> {
    const { program } = this
    let how = NORMAL
    for (const step of program.begin) {
      how = yield* this.guarded(step)
      if (how === EXIT) break
    }
    if (how !== EXIT && (program.rules.length > 0 || program.end.length > 0)) how = yield* this.records()
    // After an exit in BEGIN, END is still run.
    if (program.end.length > 0) for (const step of program.end) if ((yield* this.guarded(step)) === EXIT) break
  }
  private *guarded(step: Step): Run {
    const { rt } = this
    try {
      return step.now !== null ? step.now(rt) : yield* step.later!(rt)
    } catch (error) {
      if (!(error instanceof Unwind)) throw error
      rt.depth = 0
      rt.frame = []
      return error.how
    }
  }
  private *records(): Run {
    const { rt, program: { rules } } = this
    for (;;) {
      const record = yield* this.next(rt)
      if (record === null) return NORMAL
      rt.setRecord(record)
      rt.count()
      for (let n = 0; n < rules.length; n++) {
        const rule = rules[n]!
        const how = yield* this.rule(rule, n)
        if (how === NORMAL) continue
        if (how === NEXT) break
        if (how === EXIT) return EXIT
        if (how === NEXTFILE) {
          this.skipFile()
          break
        }
      }
      if (rt.files.due) yield* rt.settle()
    }
  }
  private *rule({ pattern, body }: CompiledRule, n: number): Run {
    const { rt } = this
    try {
      const [first, second] = pattern
      if (second !== undefined) {
        if (!this.inRange[n]) {
          if ((first!.now !== null ? first!.now(rt) : yield* first!.later!(rt)) !== 1) return NORMAL
          this.inRange[n] = true
        }
        if ((second.now !== null ? second.now(rt) : yield* second.later!(rt)) === 1) this.inRange[n] = false
      } else if (first !== undefined && (first.now !== null ? first.now(rt) : yield* first.later!(rt)) !== 1) return NORMAL
      if (body === null) {
        rt.files.stdout.add(rt.record() + rt.ors)
        return NORMAL
      }
      return body.now !== null ? body.now(rt) : yield* body.later!(rt)
    } catch (error) {
      if (!(error instanceof Unwind)) throw error
      rt.depth = 0
      rt.frame = []
      return error.how
    }
  }

  // Operands.

  *next(rt: Runtime): Run<string | null> {
    for (;;) {
      if (this.buffer === null) {
        if (this.finished || !(yield* this.openNext(rt))) { this.finished = true; return null }
      }
      const record = this.buffer!.take(rt.cut)
      if (typeof record === 'string') return record
      if (record === null) { this.skipFile(); continue }
      yield* this.fill(rt)
    }
  }
  private *fill(rt: Runtime): Run<void> {
    if (rt.files.due) yield* rt.settle()
    const { p } = rt
    rt.charge()
    for (;;) {
      const data = yield* p.read(this.fd)
      if (data === E.EINTR) continue
      if (failed(data)) {
        if (!rt.gawk) throw new AwkError(`read error (${data.text})`, false)
        yield* rt.files.flush()
        yield* p.err(`gawk: warning: command line argument \`${this.text(SLOT.FILENAME)}' is a directory: skipped\n`)
        return this.buffer!.feed('')
      }
      p.charge(Math.ceil(data.length / 512))
      if (data.length >= 4096) worked(p, data.length, 16)
      p.machine.checkHeld(this.buffer!.held + data.length)
      return this.buffer!.feed(data)
    }
  }
  private skipFile(): void {
    if (this.fd > 0) this.rt.p.close(this.fd)
    this.fd = -1
    this.buffer = null
  }
  private *openNext(rt: Runtime): Run<boolean> {
    const g = rt.globals, args = g[SLOT.ARGV] as AwkArray
    for (; this.operand < rt.number(g[SLOT.ARGC] as Value);) {
      const element = args.atText(String(this.operand++)), word = element === undefined ? '' : rt.text(element.value)
      if (word === '') continue
      if (/^[A-Za-z_]\w*=/.test(word)) { this.assign(word); continue }
      this.anyFile = true
      const fd = word === '-' || word === '/dev/stdin' ? 0 : yield* rt.p.open(word, { read: true }, 3)
      if (failed(fd)) {
        yield* rt.files.flush()
        throw new AwkError(rt.gawk ? `cannot open file \`${word}' for reading: ${fd.text}` : `cannot open ${word} (${fd.text})`, false)
      }
      this.begin(fd, word)
      return true
    }
    if (this.anyFile) return false
    this.anyFile = true
    this.begin(0, rt.gawk ? '' : '-')
    return true
  }
  private begin(fd: number, name: string): void {
    const { globals } = this.rt
    this.fd = fd
    this.buffer = new RecordBuffer()
    globals[SLOT.FILENAME] = name
    globals[SLOT.FNR] = 0
  }
}
