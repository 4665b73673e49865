/**
 * For the row `ra-tables`: which solicitations a router answers, and to whom. The frames of the recordings are put on the wire byte for
 * byte, at their times, to a daemon of profile radvd-2.19 with the recorded file; a unit is one of them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { Lab } from '../models/radvd/lab.ts'

export interface Unit { readonly id: string; readonly why: string | undefined }
interface Asked { readonly rs: number; readonly label: string; readonly answers: readonly { readonly delay: number; readonly dst: string }[] }
interface Action { readonly t: number; readonly do: string; readonly label?: string; readonly frame?: string; readonly conf?: string }

/** The scenarios of `dir` that are tables of solicitations. */
export function solicitationUnits(dir: string): Unit[] {
  return readdirSync(dir).filter(name => name.includes('rs-validity') && existsSync(join(dir, name, 'timeline.yaml')) && existsSync(join(dir, name, 'facts.json'))).sort().flatMap(name => unitsOf(name, join(dir, name)))
}

function unitsOf(name: string, folder: string): Unit[] {
  const actions = (parse(readFileSync(join(folder, 'timeline.yaml'), 'utf8')) as { timeline: Action[] }).timeline
  const { perSolicitation } = (JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as { derived: { perSolicitation: Asked[] } }).derived
  const start = actions.find(action => action.do === 'radvd_start'), frames = actions.filter(({ frame }) => frame !== undefined)
  if (start?.conf === undefined || frames.length !== perSolicitation.length) return [{ id: name, why: 'the recording is not a table of solicitations' }]
  const lab = new Lab({ conf: readFileSync(join(folder, start.conf), 'utf8'), checked: false, daemon: { startAfter: `${Math.round(start.t * 1e6)}us` } })
  const heard = frames.map(({ t, frame }, n) => {
    lab.until(t).frame(frame!)
    const before = frames[n + 1]?.t ?? t + 2
    return lab.until((t + before) / 2).sent().filter(({ at }) => at >= t).map(({ to }) => to)
  })
  return perSolicitation.map(({ label, answers }, n) => {
    const expected = answers.map(({ dst }) => dst).join(', ') || 'nothing', found = heard[n]!.join(', ') || 'nothing'
    return { id: `${name}#${n} ${label}`, why: expected === found ? undefined : `answered with ${found}, recorded ${expected}` }
  })
}
