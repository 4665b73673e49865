/** The parts of a report about how available the services are: figures side by side, causes that add up, distributions, exposure of mirrors. */
import { plural } from '../../scenario/text.ts'
import type { ArrayResult, CauseRow, Figure, ServiceResult, StudyResult, VariantResult } from '../result.ts'
import { amount, figureText } from '../words.ts'
import { barTable, figureMarkup, mark, reach, stair, typeset, whisker, type Row } from './bars.ts'
import { html, type Content, type Markup } from './markup.ts'
import { plotOf, plotted, shareText } from './plots.ts'
import { numberScale } from './scale.ts'

export type Variants = readonly VariantResult[]

/** A table that a narrow page scrolls by itself, also by keyboard. */
export const wide = (label: string, table: Content): Markup => html`<div class="wide" tabindex="0" role="region" aria-label="${label}">${table}</div>\n`
export const side = (cards: readonly Content[]): Markup => html`<div class="cards">${cards.map(card => html`<div class="card">${card}</div>\n`)}</div>\n`
export const named = (variants: Variants, index: number): Markup => variants.length === 1 ? html`${variants[index]!.name}` : html`${mark(index)} ${variants[index]!.name}`
/** `name`, after that of the variant where there are several. */
const both = (variants: Variants, index: number, name: string): string => variants.length === 1 ? name : `${variants[index]!.name}: ${name}`

/** The services of all variants by name: the first variant's order, then those that only others have. */
export const serviceNames = (variants: Variants): string[] => [...new Set(variants.flatMap(({ services }) => services.map(({ name }) => name)))]
const serviceOf = (variant: VariantResult, name: string): ServiceResult | undefined => variant.services.find(service => service.name === name)

interface Line { readonly head: string; readonly of: (service: ServiceResult) => Figure | null; readonly note?: string; readonly say?: (figure: Figure) => string }
/** Nobody counts hours up to a million. */
const inYears = (figure: Figure): string => {
  const { value, low, high } = figure, by = (hours: number | null): number | null => hours === null ? null : hours / 8760
  return (value ?? low ?? 0) < 2 * 8760 ? figureText(figure) : figureText({ ...figure, value: by(value), low: by(low), high: by(high) }).replace(/ h(?= |$)/, ' years')
}
/** Of years of which so many have no outage at all. */
const orNone = (figure: Figure): string => figure.value !== 0 ? figureText(figure) : figure.high === 0 ? 'none' : `none (${figure.high === null ? 'not bounded' : `up to ${amount(figure.high)} min`})`
const LINES: readonly Line[] = [
  { head: 'Available', of: ({ availability }) => availability }, { head: 'in nines', of: ({ nines }) => nines },
  { head: 'Downtime', of: ({ downtime }) => downtime }, { head: 'Outages', of: ({ outages }) => outages },
  { head: 'Time between outages', of: ({ mtbf }) => mtbf, note: 'MTBF', say: inYears }, { head: 'Length of an outage', of: ({ mttr }) => mttr, note: 'mean, MTTR' },
  { head: 'Half of all outages within', of: ({ lengths }) => lengths?.p50 ?? null, note: 'p50' }, { head: '95 % within', of: ({ lengths }) => lengths?.p95 ?? null, note: 'p95' }, { head: '99 % within', of: ({ lengths }) => lengths?.p99 ?? null, note: 'p99' },
  { head: 'Years without outage', of: ({ noOutage }) => noOutage },
  { head: 'Downtime of half of all years', of: ({ yearly }) => yearly?.p50 ?? null, note: 'p50, at most', say: orNone }, { head: 'of 95 % of years', of: ({ yearly }) => yearly?.p95 ?? null, note: 'p95, at most', say: orNone }, { head: 'of 99 % of years', of: ({ yearly }) => yearly?.p99 ?? null, note: 'p99, at most', say: orNone },
]

export function figures(variants: Variants): Markup {
  const names = serviceNames(variants)
  return html`${names.map(name => {
    const services = variants.map(variant => serviceOf(variant, name)), agreement = services.find(service => service?.sla != null)?.sla
    const cell = (figure: Figure | null | undefined, approximate = false, say = figureText): Content => figure === null || figure === undefined ? html`<span class="none">none seen</span>` : html`${approximate ? html`<abbr title="approximate: rare outages as a Poisson process">≈</abbr> ` : null}${figureMarkup(figure, say)}`
    const line = (head: Content, note: string | undefined, cells: readonly Content[]): Markup => html`<tr><th scope="row">${head}${note === undefined ? null : html` <small>${note}</small>`}</th>${cells.map(each => html`<td>${each}</td>`)}</tr>\n`
    const rows = LINES.filter(({ of }) => services.some(service => service !== undefined && of(service) !== null))
      .map(({ head, of, note, say }) => line(head, note, services.map(service => service === undefined ? 'not there' : cell(of(service), /^p\d+, at most/.test(note ?? '') && service.yearly?.approximate === true, say))))
    if (agreement != null) rows.push(line('Years that keep the agreement', agreement.says, services.map(service => service === undefined ? 'not there' : cell(service.sla?.probability, service.sla?.approximate === true))))
    if (variants.some(({ exact }) => exact !== null)) rows.push(line('Downtime, exactly', 'by the solver, from all states of the same model', variants.map(variant => exactly(variant, name))))
    rows.push(line('Capacity', 'share of partitions and components that are up', variants.map(({ capacity }) => cell(capacity))))
    return wide(`Figures of ${name}`, html`<table class="figures"><caption>${name}: figures with 95 % intervals</caption>
<thead><tr><td></td>${variants.map((_, i) => html`<th scope="col">${named(variants, i)}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`)
  })}`
}

function exactly({ exact }: VariantResult, name: string): Content {
  if (exact === null) return '–'
  if ('refused' in exact) return html`not to be had <small>${exact.refused}</small>`
  const own = exact.services.find(service => service.name === name)
  return own === undefined ? '–' : html`<b>${typeset(`${amount(own.downtimeMinutesPerYear)} min/yr`)}</b> <small>${typeset(amount(own.outagesPerYear))} outages a year; ${plural(exact.states, 'state')}</small>`
}

/** Each service of each variant with its interval, on one axis. */
export function downtimes(variants: Variants): Markup {
  const rows = serviceNames(variants).flatMap(name => variants.flatMap((variant, i) => {
    const service = serviceOf(variant, name)
    return service === undefined ? [] : [{ name, i, service }]
  }))
  const scale = numberScale(reach(rows.map(({ service }) => service.downtime))), several = serviceNames(variants).length > 1
  return wide('Downtime', barTable({
    caption: 'Downtime in minutes a year: estimate and 95 % interval', heads: [several ? 'Service' : 'Variant', 'Downtime', 'Outages'], axis: { scale, unit: 'min/yr' },
    rows: rows.map(({ name, i, service }): Row => ({ label: several ? html`${named(variants, i)} <small>${name}</small>` : named(variants, i), bar: whisker(service.downtime, scale, i), cells: [figureMarkup(service.downtime), figureMarkup(service.outages)] })),
  }))
}

const MOST = 8

export function causes(variants: Variants): Markup {
  return side(serviceNames(variants).flatMap(name => variants.flatMap((variant, i) => {
    const service = serviceOf(variant, name)
    if (service === undefined) return []
    const title = both(variants, i, name)
    if (service.causes.length === 0) return [html`<h3>${named(variants, i)} <small>${name}</small></h3><p>No outage was seen, so nothing can be said of what causes them: outages ${figureMarkup(service.outages)}.</p>`]
    return [wide(`Causes: ${title}`, causeTable(service, i, html`${named(variants, i)} <small>${name}: what its downtime comes from</small>`))]
  })))
}

function causeTable({ causes: all, downtime }: ServiceResult, variant: number, caption: Content): Markup {
  const shown = all.length > MOST + 1 ? all.slice(0, MOST) : all, rest = all.slice(shown.length)
  let from = 0
  const row = (label: Content, share: number, value: Content): Row => {
    const bar = stair(from, share, variant)
    from += share
    return { label, bar, cells: [value, shareText(share)] }
  }
  const sum = (rows: readonly CauseRow[], of: (row: CauseRow) => number): number => rows.reduce((total, each) => total + of(each), 0)
  const rows = shown.map(({ says, share, downtime: own }) => row(says, share, figureMarkup(own)))
  if (rest.length > 0) rows.push(row(html`${rest.length} others`, sum(rest, ({ share }) => share), html`<b>${typeset(`${amount(sum(rest, ({ downtime: own }) => own.value ?? 0))} min/yr`)}</b>`))
  return barTable({ caption, heads: ['Cause', 'Downtime', 'Share'], rows: [...rows, { label: 'all of it', bar: stair(0, 1, variant), cells: [figureMarkup(downtime), shareText(from)], total: true }] })
}

export function distributions(variants: Variants): Markup {
  return html`${serviceNames(variants).map(name => {
    const present = variants.map((variant, i) => ({ i, service: serviceOf(variant, name) })).filter((each): each is { i: number; service: ServiceResult } => each.service !== undefined)
    const number = serviceNames(variants).indexOf(name)
    return (['lengths', 'yearly'] as const).map(of => {
      const all = plotted(present.map(({ service }) => service), of), [word, what] = of === 'lengths' ? ['How long an outage lasts', 'outages'] as const : ['Downtime of a year', 'years'] as const
      if (all === null) return html`<h3>${word} <small>${name}</small></h3><p>No outage was seen.</p>`
      return html`<h3>${word} <small>${name}</small></h3>${side(present.map(({ i, service }, at) => {
        const shape = all.shapes[at] ?? null, approximate = of === 'yearly' && service.yearly?.approximate === true, title = `${word}: ${both(variants, i, name)}`
        const head = html`<h4>${named(variants, i)}${approximate ? html` <small>approximate: outages as a Poisson process</small>` : null}</h4>`
        if (shape === null || shape.classes.length === 0) return html`${head}<p>No outage was seen.</p>`
        const zero = of === 'yearly' && shape.zeros > 0 ? html`<p class="note">${shareText(shape.zeros)} of years have none at all; the picture shows the others.</p>` : null
        return html`${head}${plotOf(all, shape, i, { id: `${of}-${number}-${i}`, title, what, approximate })}${zero}`
      }))}`
    })
  })}`
}

const PARTS: readonly (readonly [keyof ArrayResult & ('detection' | 'waiting' | 'recovery'), string])[] = [['detection', 'before anyone noticed'], ['waiting', 'waiting for a second copy'], ['recovery', 'recovering onto it']]

export function exposure(variants: Variants): Markup | null {
  const cards = variants.flatMap((variant, i) => variant.arrays.map(array => {
    const whole = array.exposed.value ?? 0, title = both(variants, i, array.name), heading = html`${named(variants, i)} <small>${array.name}: time on one copy</small>`
    const loss = html`<p class="note">Acknowledged writes lost in a year: ${figureMarkup(array.lossPerYear)}. On one copy ${figureMarkup(array.exposures)}.</p>`
    if (array.exposed.value === null || whole === 0) return html`<h3>${heading}</h3><p>Never on one copy: ${figureMarkup(array.exposed)}.</p>${loss}`
    let from = 0
    const rows = PARTS.map(([part, says]): Row => {
      const share = (array[part].value ?? 0) / whole, bar = stair(from, share, i)
      from += share
      return { label: says, bar, cells: [figureMarkup(array[part]), array[part].value === null ? '' : shareText(share)] }
    })
    return html`${wide(`Time on one copy: ${title}`, barTable({ caption: heading, heads: ['Phase', 'Time', 'Share'], rows: [...rows, { label: 'all of it', bar: stair(0, 1, i), cells: [figureMarkup(array.exposed), shareText(from)], total: true }] }))}${loss}`
  }))
  return cards.length === 0 ? null : side(cards)
}

export function clients(variants: Variants): Markup | null {
  if (variants.every(({ clients: each }) => each.length === 0)) return null
  const rows = variants.flatMap((variant, i) => variant.clients.map(({ name, withoutAddress, withoutPreferred, withoutRouter }) =>
    html`<tr><th scope="row">${variants.length > 1 ? html`${mark(i)} ` : null}${name}${variants.length > 1 ? html` <small>${variant.name}</small>` : null}</th><td>${figureMarkup(withoutAddress)}</td><td>${figureMarkup(withoutPreferred)}</td><td>${figureMarkup(withoutRouter)}</td></tr>\n`))
  return wide('Clients', html`<table class="figures"><caption>Seconds a year that clients are without, by the doing of others</caption><thead><tr><th scope="col">Client</th><th scope="col">a usable address</th><th scope="col">a preferred address</th><th scope="col">a router</th></tr></thead><tbody>
${rows}</tbody></table>`)
}

export function cost(variants: Variants, comparisons: StudyResult['comparisons']): Markup | null {
  const paid = variants.flatMap(({ cost: own }, i) => own === null ? [] : [{ i, own }])
  if (paid.length === 0) return null
  const scale = numberScale([...reach(paid.map(({ own }) => own.perYear)), ...paid.map(({ own }) => own.design)]), first = variants[0]!.services[0]?.name
  const against = comparisons.filter(({ cost: own, service }) => own !== null && service === first)
  return html`${wide('Cost', barTable({
    caption: `Cost of a year, in ${[...new Set(paid.map(({ own }) => own.currency))].join(' or ')}: the design itself and what outages cost`, heads: ['Variant', 'Cost', 'of it the design'], axis: { scale, unit: [...new Set(paid.map(({ own }) => own.currency))].join(' or ') + ' a year' },
    rows: paid.map(({ i, own }) => ({ label: named(variants, i), bar: whisker(own.perYear, scale, i), cells: [figureMarkup(own.perYear), amount(own.design)] })),
  }))}${against.map(({ variant, baseline, cost: own }) => html`<p>${variant} less ${baseline}: ${figureMarkup(own!)}.</p>`)}`
}
