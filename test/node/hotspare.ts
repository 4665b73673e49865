/** The command, run inside the test: arguments in; status and what it wrote out. Nothing is a terminal here, so nothing is coloured. */
import { vi } from 'vitest'
import { cli } from '../../src/node/cli.ts'

export interface Ran { readonly status: number; readonly out: string; readonly err: string }

export async function hotspare(...args: string[]): Promise<Ran> {
  let out = '', err = ''
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(text => { out += String(text); return true })
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(text => { err += String(text); return true })
  try {
    const status = await cli(args)
    return { status, out, err }
  } finally {
    stdout.mockRestore()
    stderr.mockRestore()
  }
}
