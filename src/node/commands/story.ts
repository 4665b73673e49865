/** `npm start`: the founding story as a first look, and where to go from there: plan, check, teach. */
import { scenarioName, shippedScenarios } from '../files.ts'
import { colors, print } from '../terminal.ts'
import { run } from './run.ts'

/** The first of these that is shipped has an outage to ask about. */
const TEACHES = ['both-halves-at-once', 'two-hosts-at-once', 'second-failure-during-recovery']

/** A first look is scrolled through: nothing of the story is left out. */
const LINES = 60

export async function story(file: string): Promise<number> {
  const status = await run([file], { lines: LINES })
  const shipped = shippedScenarios().map(scenarioName)
  const lesson = TEACHES.find(name => shipped.includes(name))
  print('')
  print(colors.bold('Next:'))
  print('  plan your own hosts   npx hotspare init mine.yaml; npx hotspare run mine.yaml')
  print('  what a design buys    npx hotspare plan two-or-three-hosts')
  print('  check them in CI      npx hotspare run mine.yaml --quiet --junit results.xml')
  print('  try a script on them  npx hotspare check mine.yaml --script recover.sh')
  print(lesson ? `  teach why it fails    npx hotspare why ${lesson} --outage 1` : '  find more to teach    npx hotspare')
  return status
}
