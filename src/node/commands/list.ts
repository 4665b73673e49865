/** `hotspare` alone: the shipped scenarios with their stories, and what to do next. Reads only as much of them as it shows. */
import { wrap } from '../../scenario/text.ts'
import { readText, scenarioName, shippedScenarios, shippedStudies } from '../files.ts'
import { colors, print } from '../terminal.ts'

export function list(): void {
  const files = shippedScenarios()
  print(`${colors.bold('hotspare')} simulates virtualized systems, their mirrors and hot spares.`)
  print('')
  print('Shipped scenarios:')
  for (const file of files) {
    print(`  ${colors.cyan(scenarioName(file))}`)
    for (const line of wrap(lineOf('story', readText(file)), 74)) print(`      ${line}`)
  }
  const studies = shippedStudies()
  if (studies.length > 0) {
    print('')
    print('Studies, to plan with:')
    for (const file of studies) {
      print(`  ${colors.cyan(scenarioName(file))}`)
      for (const line of wrap(lineOf('question', readText(file)), 74)) print(`      ${line}`)
    }
  }
  print('')
  print(`Run one:            hotspare run ${files[0] ? scenarioName(files[0]) : 'FILE'}`)
  if (studies.length > 0) print(`Plan with one:      hotspare plan ${scenarioName(studies[0]!)}`)
  print('Ask about one:      hotspare why NAME --outage 1')
  print('Write your own:     hotspare init my-hosts.yaml')
}

/** The line `story: …`, without reading the rest as YAML: listing is quick however many there are. */
function lineOf(key: 'story' | 'question', text: string): string {
  const story = new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
  const quoted = /^(["'])(.*)\1$/.exec(story)
  return quoted ? quoted[2]!.replaceAll("''", "'").replaceAll('\\"', '"') : story
}
