import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Examples import the package by its name; in the tests that is the source, not what was built last.
  resolve: { alias: { hotspare: new URL('./src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    // Properties draw many cases; a slow machine must not turn a true property red.
    testTimeout: 120_000,
    pool: 'threads',
    // Files share what modules remember, as runs in one process do: whatever is remembered must change nothing. It also saves a third of the time.
    isolate: false,
    // Two files at a time on two cores; left alone, vitest keeps one of them free.
    maxWorkers: '100%',
  },
})
