/** The parts of a report about what it rests on: what stands where, what fails how, planning defaults, method, and the command that repeats it. */
import { formatDuration } from '../../base/time.ts'
import { plural } from '../../scenario/text.ts'
import type { StudyResult, VariantResult } from '../result.ts'
import { amount } from '../words.ts'
import { figureMarkup, mark } from './bars.ts'
import { html, type Content, type Markup } from './markup.ts'
import { pictureOf } from './picture.ts'
import { shareText } from './plots.ts'
import { named, wide, type Variants } from './sections.ts'

export function topologies(variants: Variants): Markup | null {
  const texts = variants.map(({ topology }) => JSON.stringify(topology))
  const cards = variants.flatMap(({ topology, name }, i) => {
    if (topology.nodes.length === 0 || texts.indexOf(texts[i]!) < i) return []
    const same = variants.flatMap((_, other) => other > i && texts[other] === texts[i] ? [other] : [])
    return [html`<h3>${[i, ...same].map((each, at) => html`${at > 0 ? ' and ' : null}${named(variants, each)}`)}</h3>${pictureOf(topology, `topology-${i}`, variants.length === 1 ? 'What stands where' : `What stands where: ${[i, ...same].map(each => variants[each]!.name).join(' and ')}`)}`]
  })
  return cards.length === 0 ? null : html`<div class="pictures">${cards.map(card => html`<div class="card">${card}</div>\n`)}</div>`
}

/** Rules that several variants share stand once. */
export function rules(variants: Variants): Markup {
  const all = [...new Map(variants.flatMap(({ rules: own }) => own.map(({ name, says }) => [JSON.stringify([name, says]), { name, says }] as const))).values()]
  if (all.length === 0) return html`<p>Nothing fails by itself.</p>`
  return wide('What fails and how', html`<table class="figures"><caption>What fails, how, and how often it did</caption><thead><tr><th scope="col">Rule</th>${variants.map((_, i) => html`<th scope="col">${variants.length === 1 ? 'Strikes' : named(variants, i)}</th>`)}</tr></thead><tbody>
${all.map(({ name, says }) => html`<tr><th scope="row">${name} <small class="says">${says}</small></th>${variants.map(({ rules: own }) => {
    const rule = own.find(each => each.name === name && each.says === says)
    return html`<td>${rule === undefined ? '–' : figureMarkup(rule.perYear)}</td>`
  })}</tr>\n`)}</tbody></table>`)
}

export function assumptions(variants: Variants): Markup {
  const all = [...new Map(variants.flatMap(({ assumptions: own }) => own.map(each => [`${each.id} ${each.value}`, each] as const))).values()]
  const profiles = [...new Set(variants.flatMap(({ profiles: own }) => own))]
  const rows = all.map(({ id, what, value }) => {
    const whose = variants.flatMap(({ assumptions: own }, i) => own.some(each => each.id === id && each.value === value) ? [i] : [])
    return html`<tr><th scope="row"><abbr class="p" title="planning default">P</abbr> ${what}${whose.length === variants.length ? null : html` <small>only ${whose.map(i => html`${mark(i)} ${variants[i]!.name} `)}</small>`}</th><td>${value}</td></tr>\n`
  })
  return html`${all.length === 0 ? html`<p>No planning default is used: every figure was stated.</p>` : html`<p><abbr class="p" title="planning default">P</abbr> marks a planning default: a figure without authority that nobody has replaced by a better one. In brackets the range in which one's own will usually lie.</p>${wide('Planning defaults', html`<table class="figures"><caption>Planning defaults in use</caption><thead><tr><th scope="col">What</th><th scope="col">Figure</th></tr></thead><tbody>
${rows}</tbody></table>`)}`}${profiles.length === 0 ? null : html`<p>Hosts and routers behave as: ${profiles.join(', ')}.</p>`}`
}

const ENDED: Readonly<Record<StudyResult['ended'], string>> = {
  precise: 'every interval was as narrow as was asked for', years: 'all years were simulated that the study may have', budget: 'the time for it was up', interrupted: 'it was interrupted',
}

export function method(result: StudyResult): Markup {
  const { variants, seed, hotspare, file, fidelity, yearsPerRun, warmUpMicros, precision, ended, repeat } = result
  const row = (term: Content, says: Content): Markup => html`<dt>${term}</dt><dd>${says}</dd>\n`
  return html`<dl>${row('Study', file)}${row('Seed', seed)}${row('Version', `hotspare ${hotspare}`)}${variants.map((variant, i) => row(variants.length === 1 ? 'Simulated' : named(variants, i), howText(variant)))}
${row('A run', `one independent history of ${plural(yearsPerRun, 'year')}, counted after ${formatDuration(warmUpMicros)} of warm-up; every variant has the same random numbers for the same things`)}${row('Network', fidelity === 'state' ? 'advertisements that change nothing are not simulated one by one' : 'every router advertisement is simulated')}
${row('Ended', `${ENDED[ended]}; asked for: ${amount(precision * 100)} % of the first service's downtime`)}${row('Intervals', 'of 95 %, each for itself; what was never seen has an upper bound at 95 % and no value')}</dl>
<h3 id="repeat">Repeat it</h3><p>This command gives the same figures, digit by digit:</p><pre tabindex="0"><code>${repeat}</code></pre>`
}

function howText({ method: kind, years, runs, events, forks }: VariantResult): string {
  const plain = `${amount(Math.round(years))} years in ${plural(runs, 'run')}, ${amount(events)} events`
  if (kind === 'runs' || forks === null) return plain
  return `${plain}; ${amount(forks.forks)} forks at losses of redundancy, failures ${amount(forks.bias)} times as likely in them; ${amount(forks.hits)} outages seen, worth ${amount(forks.effectiveHits)} equal ones (effective sample size), the largest ${shareText(forks.largestShare)} of the estimate; mean weight ${amount(forks.meanWeight)}, expected 1`
}

/** Each warning once, with the variants that it is of. */
export function warnings(variants: Variants): Markup | null {
  const all = [...new Set(variants.flatMap(({ warnings: own }) => own))]
  return all.length === 0 ? null : html`<section class="beware" aria-labelledby="beware"><h2 id="beware">Beware</h2><ul>${all.map(text => {
    const whose = variants.flatMap(({ warnings: own }, i) => own.includes(text) ? [i] : [])
    return html`<li>${whose.length === variants.length ? null : whose.map(i => html`<b>${named(variants, i)}:</b> `)}${text}</li>`
  })}</ul></section>\n`
}
