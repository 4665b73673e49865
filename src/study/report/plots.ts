/**
 * Distributions: how long outages last, and how long a year's downtime is. One picture for each variant, all with the same axes.
 *
 * Heights are shares of all outages or years; years without downtime are told in words. Times spread over decades have a logarithmic axis.
 * Of rare outages no years were simulated: their year is a Poisson process of outages with the lengths that were seen (approximate).
 */
import { MINUTE, type Micros } from '../../base/time.ts'
import type { ServiceResult, Spread } from '../result.ts'
import { yearWithin } from '../stats/compound.ts'
import { amount, percent } from '../words.ts'
import { colour, percentOf, ticksOf } from './bars.ts'
import { html, type Content, type Markup } from './markup.ts'
import { timeScale, timeText, type Scale } from './scale.ts'

/** `shares` of the values, by class; with what is missing for 1 at zero. */
export interface Shape { readonly classes: readonly (readonly [from: Micros, to: Micros, share: number])[]; readonly marks: readonly (readonly [name: string, at: Micros])[]; readonly zeros: number }

const CLASSES = 32
/** Percent of the width back to values. */
function edgesOf(scale: Scale, low: Micros, high: Micros): number[] {
  const edge = (percent: number): number => {
    let from = low, to = high
    for (let i = 0; i < 60; i++) {
      const middle = (from + to) / 2
      if (scale.at(middle) < percent) from = middle
      else to = middle
    }
    return to
  }
  return Array.from({ length: CLASSES + 1 }, (_, i) => edge(i * 100 / CLASSES))
}

export interface Plotted { readonly scale: Scale; readonly shapes: readonly (Shape | null)[]; readonly most: number }

/** All variants on one axis; null where nothing was seen. */
export function plotted(services: readonly ServiceResult[], of: 'lengths' | 'yearly'): Plotted | null {
  const seen = services.flatMap(service => rangeOf(service, of))
  if (seen.length === 0) return null
  const scale = timeScale(seen), low = 1, high = Math.max(...seen) * 1000, edges = edgesOf(scale, scale.log ? low : 0, high)
  const shapes = services.map(service => {
    const spread = service[of]
    if (spread === null) return null
    const approximate = 'approximate' in spread && spread.approximate && spread.histogram.length === 0
    return approximate ? rareShape(service, edges) : shapeOf(spread, scale, edges)
  })
  return { scale, shapes, most: Math.max(0.0001, ...shapes.flatMap(shape => shape?.classes.map(([, , share]) => share) ?? [])) }
}

/** The lengths that an axis must show. */
function rangeOf(service: ServiceResult, of: 'lengths' | 'yearly'): Micros[] {
  const spread = service[of]
  if (spread === null) return []
  const { histogram } = spread.histogram.length > 0 || service.lengths === null ? spread : service.lengths
  return histogram.map(([upTo]) => upTo).filter(each => each > 0)
}

function shapeOf(spread: Spread, scale: Scale, edges: readonly number[]): Shape {
  const shares = edges.slice(1).map(() => 0), all = Math.max(spread.count, Number.MIN_VALUE)
  for (const [upTo, count] of spread.histogram) {
    const at = Math.min(CLASSES - 1, Math.floor(scale.at(upTo) / 100 * CLASSES))
    shares[at]! += count / all
  }
  return { classes: classesOf(edges, shares), marks: marksOf(spread), zeros: spread.zeros / all }
}

function rareShape(service: ServiceResult, edges: readonly number[]): Shape | null {
  const { outages, lengths, yearly } = service
  if (outages.value === null || lengths === null || yearly === null) return null
  // Beyond a limit, not within it: differences of tiny probabilities keep their digits.
  const beyond = edges.map(edge => edge <= 0 ? yearWithin(0, outages.value!, lengths.histogram).beyond : yearWithin(edge, outages.value!, lengths.histogram).beyond)
  return { classes: classesOf(edges, edges.slice(1).map((_, i) => Math.max(0, beyond[i]! - beyond[i + 1]!))), marks: marksOf(yearly), zeros: yearly.zeros }
}

const classesOf = (edges: readonly number[], shares: readonly number[]): Shape['classes'] =>
  shares.flatMap((share, i) => share > 0 ? [[edges[i]!, edges[i + 1]!, share] as const] : [])
const marksOf = ({ p50, p95, p99 }: Spread): Shape['marks'] =>
  ([['p50', p50], ['p95', p95], ['p99', p99]] as const).flatMap(([name, { value }]) => value === null || value <= 0 ? [] : [[name, value * MINUTE] as const])

/** Of the bars; above them a line for each quantile and one for the scale. */
const TALL = 112

export interface Labels { readonly id: string; readonly title: string; readonly what: 'outages' | 'years'; readonly approximate: boolean }

/** The picture, and its classes as a table. */
export function plotOf({ scale, shapes, most }: Plotted, shape: Shape, variant: number, { id, title, what, approximate }: Labels): Markup {
  const top = 22 + 14 * Math.max(...shapes.map(each => each?.marks.length ?? 0)), bottom = top + TALL, height = bottom + 20
  const bars = shape.classes.map(([from, to, share]) => {
    const x = scale.at(from), tall = Math.max(1, share / most * TALL)
    return html`<rect class="fill" x="${percentOf(x)}" width="${percentOf(Math.max(0.4, scale.at(to) - x - 0.4))}" y="${Number((bottom - tall).toFixed(1))}" height="${Number(tall.toFixed(1))}"/>`
  })
  const marks = shape.marks.map(([name, at], i) => {
    const x = scale.at(at), y = 14 + 14 * i
    return html`<line class="mark" x1="${percentOf(x)}" x2="${percentOf(x)}" y1="${y - 8}" y2="${bottom}"/><text class="quantile" x="${percentOf(x)}" y="${y}" dx="${x > 60 ? -5 : 5}" text-anchor="${x > 60 ? 'end' : 'start'}">${name} ${timeText(at)}</text>`
  })
  const says = `${title}${approximate ? ', approximate' : ''}: ${shape.marks.map(([name, at]) => `${name} ${timeText(at)}`).join(', ')}${shape.marks.length === 0 ? 'no quantile above zero' : ''}. The table below it has the classes.`
  return html`<figure>
<svg class="plot ${colour(variant)}" width="100%" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${says}</desc>
${scale.ticks.map(({ at }) => html`<line class="grid" x1="${percentOf(at)}" x2="${percentOf(at)}" y1="${top}" y2="${bottom + 4}"/>`)}<line class="grid" x1="0" x2="100%" y1="${top}" y2="${top}"/>
${bars}<line class="zero" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>${marks}<text class="share" x="0" y="${top - 5}">${shareText(most)} of ${what}</text>${ticksOf(scale, height - 4)}</svg>
${tableOf(title, what, shape, scale)}</figure>\n`
}

export const shareText = (share: number): string => share === 0 ? '0 %' : share > 0.9995 && share < 1 ? percent(share) : share < 0.0001 ? 'below 0.01 %' : `${amount(Number((share * 100).toPrecision(share < 0.1 ? 2 : 3)))} %`

function tableOf(title: string, what: string, { classes, zeros }: Shape, scale: Scale): Markup {
  const rows: readonly (readonly [Content, number])[] = [...zeros > 0 ? [['none at all', zeros] as const] : [], ...classes.map(([from, to, share]) => [`${scale.log && scale.at(from) <= 0 ? '0' : timeText(Math.round(from))} to ${timeText(Math.round(to))}`, share] as const)]
  return html`<details><summary>As a table</summary><div class="wide" tabindex="0" role="region" aria-label="${title}, as a table"><table><caption>${title}</caption><thead><tr><th scope="col">Time</th><th scope="col">Share of ${what}</th></tr></thead><tbody>
${rows.map(([time, share]) => html`<tr><th scope="row">${time}</th><td>${shareText(share)}</td></tr>`)}</tbody></table></div></details>`
}
