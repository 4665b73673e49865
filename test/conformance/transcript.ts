/**
 * Reads a recorded session of a real Linux guest (the format is described in test/golden/md/README.md): a header, then commands with
 * their output and status, directives for what happened outside the guest, remarks, and kernel lines.
 */

export interface Machine {
  readonly hosts: number
  readonly diskMib: readonly number[]
  readonly layout: string
  readonly driver: string
  readonly hotplugEvents: boolean
}
export interface Command {
  readonly kind: 'command'
  /** Guest uptime in seconds when it was started; it begins again at a reboot. */
  readonly at: number
  readonly took: number
  readonly text: string
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  readonly status: number
  readonly line: number
}
export interface Directive { readonly kind: 'directive'; readonly text: string; readonly waited: number; readonly line: number }
export type Step = Command | Directive
export interface Transcript {
  readonly name: string
  readonly arch: string
  readonly machine: Machine
  readonly steps: readonly Step[]
  /** Kernel log lines without their time stamps, in order. */
  readonly kernel: readonly string[]
  readonly complete: boolean
}

export function parseTranscript(text: string): Transcript {
  let name = '', arch = '', complete = false, at = 0, took = 0
  let machine: Machine = { hosts: 0, diskMib: [], layout: 'seed', driver: '', hotplugEvents: false }
  const steps: Step[] = [], kernel: string[] = []
  let command: { text: string; at: number; took: number; stdout: string[]; stderr: string[]; line: number } | undefined
  for (const [index, row] of text.split('\n').entries()) {
    const line = index + 1
    if (command) {
      if (row.startsWith('| ') || row === '|') command.stdout.push(row.slice(2))
      else if (row.startsWith('! ') || row === '!') command.stderr.push(row.slice(2))
      else if (row.startsWith('[exit ')) {
        steps.push({ kind: 'command', ...command, status: Number(row.slice(6, -1)) })
        command = undefined
      } else command.text += `\n${row}`
    } else if (row.startsWith('# transcript: ')) name = row.slice(14)
    else if (row.startsWith('# arch: ')) arch = row.slice(8)
    else if (row.startsWith('# machine: ')) machine = parseMachine(row.slice(11))
    else if (row === '# end') complete = true
    else if (row.startsWith('# t=')) {
      at = Number(/t=([\d.]+)/.exec(row)?.[1])
      took = Number(/took=([\d.]+)/.exec(row)?.[1] ?? 0)
    } else if (row.startsWith('# waited ')) {
      const last = steps.at(-1)
      if (last?.kind === 'directive') steps[steps.length - 1] = { ...last, waited: Number(row.slice(9)) }
    } else if (row.startsWith('$ ')) command = { text: row.slice(2), at, took, stdout: [], stderr: [], line }
    else if (row.startsWith('@')) steps.push({ kind: 'directive', text: row, waited: 0, line })
    else if (row.startsWith('k ')) kernel.push(row.replace(/^k \[ *[\d.]+\] /, ''))
  }
  return { name, arch, machine, steps, kernel, complete }
}

function parseMachine(text: string): Machine {
  const value = (key: string) => new RegExp(`${key}=(\\S+)`).exec(text)?.[1] ?? ''
  return {
    hosts: Number(value('hosts')),
    diskMib: value('disk_MiB').split(',').map(Number),
    layout: value('layout'),
    driver: value('hba'),
    hotplugEvents: value('hotplug-events') === 'on',
  }
}
