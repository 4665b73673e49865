/**
 * The forms of getline: 1 a record, 0 the end, -1 it cannot be read. NR counts only records of the operands, as mawk and gawk do (POSIX would
 * count those of commands too).
 */
import { failed } from '../../kernel/errno.ts'
import type { Run } from '../../kernel/wait.ts'
import { valueOf, waiting, type Code } from './code.ts'
import { placeOf, whereOf } from './places.ts'
import type { Runtime } from './runtime.ts'
import type { Expression } from './tree.ts'
import { Input } from './value.ts'

/** The next record of the operands; null at the end. The command gives it to the runtime. */
export interface MainInput { next(rt: Runtime): Run<string | null> }
const inputs = new WeakMap<Runtime, MainInput>()
export function setMainInput(rt: Runtime, input: MainInput): void { inputs.set(rt, input) }

export function getline({ from, source, target }: Extract<Expression, { k: 'getline' }>, { expression }: { expression(e: Expression): Code }): Code {
  const name = source === null ? null : expression(source), place = target === null ? null : placeOf(target, expression)
  return waiting(function* (rt) {
    const where = place?.locate == null ? null : whereOf(yield* valueOf(place.locate, rt))
    let record: string | null
    if (name === null) {
      record = yield* inputs.get(rt)!.next(rt)
      if (record !== null) rt.count()
    } else {
      const file = yield* rt.files.source(from === 'command' ? 'command' : 'file', rt.text(yield* valueOf(name, rt)))
      if (failed(file)) return -1
      for (;;) {
        const taken = file.buffer.take(rt.cut)
        if (taken !== undefined) { record = taken; break }
        if (!(yield* rt.files.read(file))) return -1
      }
    }
    if (record === null) return 0
    if (place === null) rt.setRecord(record)
    else place.store(rt, where, new Input(record))
    return 1
  })
}
