/** `npm start`: the founding story as a first look, and where to go from there. */
import { run } from './run.ts'
import { colors, print } from '../terminal.ts'

export async function story(file: string): Promise<number> {
  const status = await run([file], {})
  print('')
  print(colors.bold('Next:'))
  print('  plan your own hosts    npx hotspare init my-hosts.yaml && npx hotspare run my-hosts.yaml')
  print('  check them in CI       npx hotspare run my-hosts.yaml --quiet --junit results.xml')
  print('  teach why it fails     npx hotspare why both-halves-at-once --outage 1')
  return status
}
