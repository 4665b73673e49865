/** Small studies for tests: hosts that fail and are repaired, and what needs them. */
import { checkStudy, type Study } from '../../src/study/study.ts'
import { formatIssue } from '../../src/scenario/issue.ts'

export function studyOf(input: Record<string, unknown>, file = 'test.yaml'): Study {
  const { study, problems } = checkStudy(input, file)
  if (study === undefined) throw new Error(problems.map(formatIssue).join('\n'))
  return study
}

export interface Hosts { readonly hosts: number; readonly needed: number; readonly mttfHours: number; readonly mttrHours: number }

/** A service that needs so many of these hosts. */
export const hosts = ({ hosts, needed, mttfHours, mttrHours }: Hosts): Record<string, unknown> => {
  const names = Array.from({ length: hosts }, (_, i) => `host${String.fromCharCode(97 + i)}`)
  return {
    system: {
      hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(names.map(name => [name, { on: 'power5', os: 'ibm-i' }])) },
      service: { services: { serving: { needs: [{ atLeast: needed, of: names.map(guest => ({ guest })) }] } } },
    },
    faults: { crashes: { crash: names, upFor: { exponential: `${mttfHours}h` }, lasts: { exponential: `${mttrHours}h` } } },
  }
}
