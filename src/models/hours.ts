/** The word for hours of a week, shared by those who work by the clock: crews and operators. Read once, kept as the spans of a week. */
import { z } from 'zod'
import { HOURS_WANTED, parseHours } from '../base/hours.ts'

/** `Mon-Fri 08:00-18:00, Sat 09:00-12:00`, UTC. */
export const hours = z.string({ error: HOURS_WANTED }).transform((text, cx) => {
  const parsed = parseHours(text)
  if (parsed === undefined) cx.addIssue({ code: 'custom', message: HOURS_WANTED, input: text })
  return parsed ?? []
}).meta({ description: 'hours of a week such as Mon-Fri 08:00-18:00, UTC' })
