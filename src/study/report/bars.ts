/**
 * Bars in tables: each row says its figure in words and shows it, so that the table is its own text for whoever cannot see the bars.
 *
 * A bar stands under its row's name; all bars of a table share one axis. Intervals are whiskers. What was never seen is an open bar up to its bound.
 */
import type { Figure } from '../result.ts'
import { figureText } from '../words.ts'
import { html, type Content, type Markup } from './markup.ts'
import type { Scale } from './scale.ts'

/** Colours repeat after six variants; letters do not. */
export const colour = (variant: number): string => `v${variant % 6}`
export const letter = (variant: number): string => variant < 26 ? String.fromCharCode(65 + variant) : String(variant + 1)
/** The mark of a variant: beside its name, so it says nothing to who listens. */
export const mark = (variant: number): Markup => html`<span class="mark ${colour(variant)}" aria-hidden="true">${letter(variant)}</span>`

/** A number as printed matter has it: 8·10⁻⁴, a real minus, and units that stay with their number. */
export const typeset = (text: string): Content => text.replaceAll(/(^|[ (])-(?=\d)/g, '$1\u2212').replaceAll(' %', '\u00A0%').replaceAll(' a year', '\u00A0a\u00A0year').split(/(?<=10)\^-(\d+)/).map((part, i) => i % 2 === 0 ? part : html`<sup>\u2212${part}</sup>`)

/** The value, and smaller its interval or why there is none. */
export function figureMarkup(figure: Figure, say: (figure: Figure) => string = figureText): Markup {
  // Neither a value nor a bound that says anything: the length of outages that were not seen.
  if (figure.value === null && figure.low === 0 && figure.high === null) return html`<b>not known</b> <small>none seen</small>`
  const text = say(figure), at = text.indexOf(' (')
  return at < 0 ? html`<b>${typeset(text)}</b>` : html`<b>${typeset(text.slice(0, at))}</b> <small>${typeset(text.slice(at + 2, -1))}</small>`
}

export interface Row { readonly label: Content; readonly bar: Markup | null; readonly cells: readonly Content[]; /** The sum of the rows, or the whole of which they are parts. */ readonly total?: boolean }
export interface BarTable { readonly caption: Content; readonly heads: readonly string[]; readonly rows: readonly Row[]; readonly axis?: { readonly scale: Scale; readonly unit: string } }

export function barTable({ caption, heads, rows, axis }: BarTable): Markup {
  const body = rows.map(({ label, bar, cells, total }) => html`<tr${total ? html` class="total"` : null}><th scope="row">${label}${bar}</th>${cells.map(cell => html`<td>${cell}</td>`)}</tr>\n`)
  const foot = axis === undefined ? null : html`<tfoot aria-hidden="true"><tr><td>${axisSvg(axis.scale, axis.unit)}</td>${heads.slice(1).map(() => html`<td></td>`)}</tr></tfoot>\n`
  return html`<table class="bars"><caption>${caption}</caption>
<thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${body}</tbody>
${foot}</table>\n`
}

export const percentOf = (at: number): string => `${Number(at.toFixed(2))}%`
const vertical = (at: number, kind: string, from: number, to: number): Markup => html`<line class="${kind}" x1="${percentOf(at)}" x2="${percentOf(at)}" y1="${from}" y2="${to}"/>`
const svg = (content: Content, variant: number | null): Markup => html`<svg class="bar${variant === null ? '' : ` ${colour(variant)}`}" width="100%" height="18" aria-hidden="true" focusable="false">${content}</svg>`
const grid = (scale: Scale): Markup[] => scale.ticks.map(({ at, label }) => vertical(at, !scale.log && label === '0' ? 'zero' : 'grid', 0, 18))
const block = (kind: string, a: number, b: number, y: number, height: number): Markup =>
  html`<rect class="${kind}" x="${percentOf(Math.min(a, b))}" width="${percentOf(Math.abs(b - a))}" y="${y}" height="${height}"/>`
const across = (kind: string, a: number, b: number): Markup => html`<line class="${kind}" x1="${percentOf(a)}" x2="${percentOf(b)}" y1="9" y2="9"/>`

/** Where the figures of a table lie: for its axis. A bound far beyond all that was seen would leave no room for the rest; it runs out of the picture. */
export function reach(figures: readonly Figure[]): number[] {
  const seen = figures.flatMap(({ value, low, high }) => value === null ? [] : [value, low, high]).filter(each => each !== null), most = Math.max(...seen)
  return [...seen, ...figures.flatMap(({ value, high }) => value === null && high !== null && (seen.length === 0 || high <= 3 * most) ? [high] : [])]
}

/** A point with its interval. */
export function whisker(figure: Figure, scale: Scale, variant: number): Markup {
  const { value, low, high } = figure, from = low === null ? 0 : scale.at(low), to = high === null ? 100 : scale.at(high)
  if (value === null) return svg([...grid(scale), across('bound', from, to), high === null || to >= 100 ? html`<svg x="100%" overflow="visible"><path class="arrow" d="M-7 3L0 9L-7 15"/></svg>` : vertical(to, 'cap', 3, 15)], variant)
  const at = scale.at(value)
  return svg([
    ...grid(scale), across('interval', from, to), ...low === null ? [] : [vertical(from, 'cap', 4, 14)], ...high === null ? [] : [vertical(to, 'cap', 4, 14)],
    html`<circle class="point" cx="${percentOf(at)}" cy="9" r="5"/>`,
  ], variant)
}

/** One part of a whole that the parts before it have filled up to `from`: shares of 1. */
export const stair = (from: number, share: number, variant: number): Markup =>
  svg([block('ground', 0, 100, 5, 8), block('fill', from * 100, Math.min(1, from + share) * 100, 3, 12)], variant)

/** From where things are to both ends of an input's range, with their intervals. */
export function swing(atLow: Figure, atHigh: Figure, now: number | null, scale: Scale, variant: number): Markup {
  const base = scale.at(now ?? 0), end = (figure: Figure, kind: string): Markup[] => {
    const { value, low, high } = figure, whole = value ?? high
    return whole === null ? [] : [block(value === null ? 'open' : kind, base, scale.at(whole), 3, 12), ...low === null || high === null ? [] : [across('thin', scale.at(low), scale.at(high))]]
  }
  return svg([...grid(scale), ...end(atHigh, 'fill'), ...end(atLow, 'pale'), vertical(base, 'zero', 0, 18)], variant)
}

/** Marks and what they count; the first and last label stay within the picture. */
export const ticksOf = ({ ticks }: Scale, y: number): Markup[] => ticks.map(({ at, label }) =>
  html`<text x="${percentOf(at)}" y="${y}" text-anchor="${at < 6 ? 'start' : at > 94 ? 'end' : 'middle'}">${label}</text>`)

const axisSvg = (scale: Scale, unit: string): Markup => html`<svg class="axis" width="100%" height="16" focusable="false">${ticksOf(scale, 12)}</svg><small class="unit">${unit}${scale.log ? ', logarithmic' : ''}</small>`
