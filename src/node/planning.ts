/** The commands about studies: one door to them, behind which the package has one file (see bundled.ts). */
export { calendar } from './commands/calendar.ts'
export { compare } from './commands/compare.ts'
export { merge } from './commands/merge.ts'
export { plan } from './commands/plan.ts'
