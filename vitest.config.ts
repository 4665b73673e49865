import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Properties draw many cases; a slow machine must not turn a true property red.
    testTimeout: 120_000,
    pool: 'threads',
  },
})
