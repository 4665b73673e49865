/** The parts of a report about what would change the answer: variants compared, what matters most, inputs that nobody knows well. */
import type { StudyResult } from '../result.ts'
import { amount, figureText } from '../words.ts'
import { barTable, figureMarkup, reach, swing, typeset, whisker, type Row } from './bars.ts'
import { html, type Content, type Markup } from './markup.ts'
import { numberScale } from './scale.ts'
import { named, side, wide, type Variants } from './sections.ts'
import { plural } from '../../scenario/text.ts'

export function comparison({ variants, comparisons }: StudyResult): Markup | null {
  if (comparisons.length === 0) return null
  const several = new Set(comparisons.map(({ service }) => service)).size > 1
  const scale = numberScale(reach(comparisons.flatMap(({ difference, causes }) => [difference, ...causes.map(each => each.difference)])))
  return side(comparisons.map(({ baseline, variant, service, difference, outages, ratio, pairedRuns, correlation, narrowerBy, causes }) => {
    const index = Math.max(0, variants.findIndex(({ name }) => name === variant)), moved = causes.filter(({ difference: { value, low, high } }) => value !== 0 || low !== 0 || high !== 0)
    const title = `${variant} less ${baseline}${several ? `, ${service}` : ''}`
    const rows = moved.map(({ rule, difference: own }): Row => ({ label: html`from ${rule}`, bar: whisker(own, scale, index), cells: [figureMarkup(own)] }))
    const paired = pairedRuns === 0 ? 'The two are independent estimates.' : `Compared run by run over ${plural(pairedRuns, 'run')}${correlation === null ? '' : `, correlation ${amount(correlation)}`}${narrowerBy === null ? '' : `; with independent random numbers the interval would be ${amount(narrowerBy)} times as wide`}.`
    return html`${wide(title, barTable({
      caption: html`${named(variants, index)} <small>less ${baseline}${several ? `, ${service}` : ''}: below zero is better</small>`, heads: ['Difference', 'Downtime'], axis: { scale, unit: 'min/yr more or less' },
      rows: [...rows, { label: 'all of it', bar: whisker(difference, scale, index), cells: [figureMarkup(difference)], total: true }],
    }))}<p class="note">Outages: ${figureMarkup(outages)}.${ratio === null || ratio === 0 ? '' : ` Its downtime is ${amount(ratio)} times that of ${baseline}.`} ${paired}</p>`
  }))
}

export function importance(variants: Variants): Markup | null {
  const cards = variants.flatMap(({ importance: all, services, name }, i) => {
    if (all.length === 0) return []
    const scale = numberScale(reach(all.map(({ saves }) => saves)))
    return [wide(`Importance: ${name}`, barTable({
      caption: html`${named(variants, i)} <small>${services[0]?.name ?? ''}: downtime that goes away if it never failed</small>`, heads: ['What', 'Saves', 'Birnbaum', 'Risk reduction', 'Risk achievement'], axis: { scale, unit: 'min/yr saved' },
      rows: all.map(({ what, saves, birnbaum, because, riskReduction, riskAchievement }) => ({
        label: what, bar: whisker(saves, scale, i), cells: [figureMarkup(saves), birnbaum === null ? html`–${because === null ? null : html` <small>${because}</small>`}` : probabilityText(birnbaum.value, birnbaum.high), riskReduction === null ? '–' : `${amount(riskReduction)} ×`, riskAchievement === null ? '–' : `${amount(riskAchievement)} ×`],
      })),
    }))]
  })
  return cards.length === 0 ? null : html`<p class="note">Birnbaum: how much likelier the service is down while this is down. Risk reduction: downtime now over downtime without its failures. Risk achievement: downtime if it were always failed over downtime now.</p>${cards}`
}

const probabilityText = (value: number | null, high: number | null): Content => typeset(value === null ? high === null ? '–' : `below ${amount(high)}` : amount(value))

export function tornado(variants: Variants): Markup | null {
  const cards = variants.flatMap(({ tornado: all, range, services, name }, i) => {
    if (all.length === 0 && range === null) return []
    const now = services[0]?.downtime, scale = numberScale([...reach(all.flatMap(({ atLow, atHigh }) => [atLow, atHigh])), ...now === undefined ? [] : [now.value ?? now.high ?? 0]], false)
    const ends = range === null ? null : html`<p>With every uncertain input at its better end ${figureMarkup(range.best)}; with every one at its worse end ${figureMarkup(range.worst)}.</p>`
    return [html`${all.length === 0 ? html`<h3>${named(variants, i)}</h3>` : wide(`Uncertain inputs: ${name}`, barTable({
      caption: html`${named(variants, i)} <small>downtime at the ends of each input's range, all else as it is${now === undefined ? '' : `; now ${figureText(now)}`}</small>`, heads: ['Input', 'low end (pale)', 'high end (full)'], axis: { scale, unit: 'min/yr' },
      rows: all.map(({ input, low, high, atLow, atHigh, assumed }) => ({
        label: html`${input}${assumed ? html` <abbr class="p" title="planning default: nobody stated it">P</abbr>` : null}`, bar: swing(atLow, atHigh, now?.value ?? null, scale, i),
        cells: [html`<span class="end">${low}</span> ${figureMarkup(atLow)}`, html`<span class="end">${high}</span> ${figureMarkup(atHigh)}`],
      })),
    }))}${ends}`]
  })
  return cards.length === 0 ? null : side(cards)
}
