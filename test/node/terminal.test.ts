/** Progress of long work: silent at first, then now and then, as lines of JSON where nobody watches a terminal. */
import { afterEach, expect, test, vi } from 'vitest'
import { progress } from '../../src/node/terminal.ts'

afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks() })

test('work of less than two seconds says nothing, longer work a line every five seconds', () => {
  vi.useFakeTimers()
  const lines: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation(text => { lines.push(String(text)); return true })
  const bar = progress()
  for (let second = 0; second <= 13; second++) {
    bar.at(second, 20, 'x.yaml')
    vi.advanceTimersByTime(1000)
  }
  bar.end()
  expect(lines).toEqual([2, 7, 12].map(done => `{"progress":"x.yaml","done":${done},"of":20,"seconds":${done}}\n`))
})
