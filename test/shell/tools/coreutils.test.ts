/**
 * Core utilities against what the real ones printed: arguments, output, complaints and status, recorded from GNU coreutils 9.1, findutils 4.9, diffutils 3.8
 * and util-linux 2.38 in the C locale.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Box } from './machine.ts'

interface Group { readonly stdin: string; readonly files: Readonly<Record<string, string>>; readonly cases: readonly (readonly [argv: string[], stdout: string, stderr: string, status: number])[] }
const groups = JSON.parse(readFileSync(new URL('coreutils-recorded.json', import.meta.url), 'utf8')) as readonly Group[]
const lines = (text: string): string => text.split('\n').sort().join('\n')

describe('utilities print what the real ones print', () => {
  for (const { stdin, files, cases } of groups) test(`${cases.length} recorded calls from ${cases[0]![0].join(' ')} on`, () => {
    for (const [argv, stdout, stderr, status] of cases) {
      const ran = new Box({ files }).run(argv, { stdin })
      // The order in which find meets names is that of the real directory.
      const order = argv[0] === 'find' ? lines : (text: string): string => text
      expect({ argv, stdout: order(ran.stdout), stderr: ran.stderr, status: ran.status }).toEqual({ argv, stdout: order(stdout), stderr, status })
    }
  })
})
