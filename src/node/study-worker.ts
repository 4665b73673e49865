/** One worker of `hotspare plan`: is given the checked systems as plain data when it starts, then numbers of runs. Started from the built files by piscina. */
import { workerData } from 'node:worker_threads'
import { Hands, type Orders, type Work } from '../study/hands.ts'
import type { RunTally } from '../study/tally.ts'

const hands = new Hands(workerData as Orders)

export default (work: Work): RunTally[] => hands.run(work)
