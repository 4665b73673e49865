/**
 * The section `vswitch:` of a scenario, with what its parts say about each other: limits of a managed system, trunks that compete,
 * cables without ends. What a single value may be stands in shape.ts.
 */
import { problemsOf } from './problems.ts'
import { vswitchShape } from './shape.ts'

export type { VswitchConfig } from './shape.ts'

export const vswitchConfig = vswitchShape.prefault({}).check(cx => {
  for (const { path, message, input } of problemsOf(cx.value)) cx.issues.push({ code: 'custom', path, message, input })
})
