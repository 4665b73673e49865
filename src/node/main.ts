#!/usr/bin/env node
/** The command `hotspare`, as the shell starts it: what cli.ts does, and its exit status. */
import { cli } from './cli.ts'

// Whoever reads may stop reading (`hotspare … | head`); that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}
process.exitCode = await cli(process.argv.slice(2))
