/** The row `validation`: one unit is one expected figure of one case, by theory and, where the case says so, by simulation. */
import { rowOf, type Row } from './rows.ts'
import type { Case } from '../validation/family.ts'
import { judgeAll } from '../validation/row.ts'

export const validationRow = (text: string): Row => rowOf('validation', judgeAll((JSON.parse(text) as { cases: Case[] }).cases))
