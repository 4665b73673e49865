/**
 * What stands where, drawn: systems as frames around their partitions and hosts, mirrors inside partitions, services above, switches and components below.
 *
 * Layers from top to bottom, each in the order of the configuration; lines go behind boxes. Its size is its own: what is wider than the page is scrolled.
 */
import { shorten } from '../../scenario/text.ts'
import type { Topology } from '../result.ts'
import { html, type Content, type Markup } from './markup.ts'

type Node = Topology['nodes'][number]
type Edge = Topology['edges'][number]
interface Box { readonly node: Node; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
/** A box before it has its place. */
interface Sized { readonly node: Node; readonly width: number; readonly height: number; readonly chips: readonly Node[] }

const GAP = 18, PAD = 16, LAYER = 44, BOX = 42, CHIP = 22, LONGEST = 22, PER_ROW = 6

const KINDS: Readonly<Record<Node['kind'], string>> = { system: 'system', host: 'host of disks', guest: 'partition', array: 'mirror', switch: 'switch', component: 'component', service: 'service' }
const LINES: Readonly<Record<Edge['kind'], string>> = { disk: 'disk of a mirror', spare: 'spare', link: 'network', feeds: 'feeds', needs: 'needs' }

const labelOf = ({ label }: Node): string => shorten(label, LONGEST)
/** About: a font is not known before it is drawn, so that of a wide one. */
const lettersOf = (text: string): number => [...text].reduce((sum, each) => sum + (/[mwMW@%]/.test(each) || each > '~' ? 14.5 : /[A-Z0-9_&<>+=~-]/.test(each) ? 11 : /[ilj.,:;'|! ]/.test(each) ? 5.5 : 8.8), 0)
const chipWidth = (node: Node): number => Math.round(lettersOf(labelOf(node))) + 14
const chipsWidth = (chips: readonly Node[]): number => chips.reduce((sum, chip) => sum + chipWidth(chip) + 8, -8)
const widthOf = (boxes: readonly { readonly width: number }[]): number => boxes.reduce((sum, { width }) => sum + width + GAP, -GAP)

function sized(node: Node, { nodes }: Topology): Sized {
  const chips = nodes.filter(({ kind, inside }) => kind === 'array' && inside === node.id), label = Math.max(lettersOf(labelOf(node)), KINDS[node.kind].length * 6.2) + 22
  return { node, chips, width: Math.round(Math.max(92, label, chipsWidth(chips) + 20)), height: BOX + (chips.length > 0 ? CHIP + 8 : 0) }
}

/** Boxes in the middle of `width`, from `y` down, chips at the bottom of theirs. */
function placed(row: readonly Sized[], left: number, width: number, y: number): Box[] {
  let x = left + (width - widthOf(row)) / 2
  const bottom = Math.max(...row.map(({ height }) => height))
  return row.flatMap(({ node, chips, width, height }) => {
    const box: Box = { node, x, y: y + bottom - height, width, height }
    let at = x + (width - chipsWidth(chips)) / 2
    const inside = chips.map((chip): Box => {
      const own = { node: chip, x: at, y: box.y + height - CHIP - 7, width: chipWidth(chip), height: CHIP }
      at += own.width + 8
      return own
    })
    x += width + GAP
    return [box, ...inside]
  })
}

const rowsOf = (boxes: readonly Sized[]): Sized[][] => Array.from({ length: Math.ceil(boxes.length / PER_ROW) }, (_, i) => boxes.slice(i * PER_ROW, (i + 1) * PER_ROW))
const heightOf = (rows: readonly (readonly Sized[])[]): number => rows.reduce((sum, row) => sum + Math.max(...row.map(({ height }) => height)) + LAYER, -LAYER)

/** Every box with its place, and the size of the whole. */
export function layout(topology: Topology): { readonly boxes: Box[]; readonly width: number; readonly height: number } {
  const of = (kind: Node['kind'], inside?: string): Sized[] => topology.nodes.filter(node => node.kind === kind && (inside === undefined || node.inside === inside)).map(node => sized(node, topology))
  const frames = topology.nodes.filter(({ kind }) => kind === 'system').map(node => {
    const rows = [...rowsOf(of('guest', node.id)), ...rowsOf(of('host', node.id))]
    return { node, rows, width: Math.max(120, lettersOf(labelOf(node)) + 24 - 2 * PAD, ...rows.map(row => widthOf(row))) + 2 * PAD, height: rows.length === 0 ? BOX : heightOf(rows) + PAD + 30 }
  })
  const above = rowsOf(of('service')), below = [...rowsOf(of('switch')), ...rowsOf(of('component'))]
  const width = Math.max(widthOf(frames), ...[...above, ...below].map(row => widthOf(row))), boxes: Box[] = []
  let y = 1
  const layer = (row: readonly Sized[]): void => {
    boxes.push(...placed(row, 1, width, y))
    y += Math.max(...row.map(({ height }) => height)) + LAYER
  }
  above.forEach(layer)
  let x = 1 + (width - widthOf(frames)) / 2
  const deep = Math.max(0, ...frames.map(({ height }) => height))
  for (const frame of frames) {
    boxes.push({ node: frame.node, x, y, width: frame.width, height: deep })
    let inner = y + 30
    for (const row of frame.rows) {
      boxes.push(...placed(row, x, frame.width, inner))
      inner += Math.max(...row.map(({ height }) => height)) + LAYER
    }
    x += frame.width + GAP
  }
  if (frames.length > 0) y += deep + LAYER
  below.forEach(layer)
  return { boxes, width: Math.ceil(width) + 2, height: Math.ceil(y - LAYER) + 1 }
}

const round = (value: number): number => Number(value.toFixed(1))

/** From the side of a box that faces the other. */
function lineOf(a: Box, b: Box, kind: Edge['kind']): Markup {
  if (a.y === b.y && a.node.kind !== 'system') {
    const [left, right] = a.x < b.x ? [a, b] as const : [b, a] as const, y = round(a.y + a.height / 2)
    return html`<path class="line ${kind}" d="M${round(left.x + left.width)} ${y}H${round(right.x)}"/>`
  }
  const down = a.y < b.y, x1 = a.x + a.width / 2, x2 = b.x + b.width / 2, y1 = down ? a.y + a.height : a.y, y2 = down ? b.y : b.y + b.height
  const bend = (y1 + y2) / 2
  return html`<path class="line ${kind}" d="M${round(x1)} ${round(y1)}C${round(x1)} ${round(bend)} ${round(x2)} ${round(bend)} ${round(x2)} ${round(y2)}"/>`
}

function boxOf({ node, x, y, width, height }: Box): Markup {
  const frame = html`<rect class="${node.kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${node.kind === 'array' ? 11 : 7}"/>`
  if (node.kind === 'system') return html`${frame}<text class="name" x="${round(x + 12)}" y="${round(y + 20)}">${labelOf(node)}</text>`
  const middle = round(x + width / 2)
  if (node.kind === 'array') return html`${frame}<text class="chip" x="${middle}" y="${round(y + 15)}" text-anchor="middle">${labelOf(node)}</text>`
  return html`${frame}<text class="name" x="${middle}" y="${round(y + 18)}" text-anchor="middle">${labelOf(node)}</text><text class="kind" x="${middle}" y="${round(y + 33)}" text-anchor="middle">${KINDS[node.kind]}</text>`
}

export function pictureOf(topology: Topology, id: string, title: string): Markup {
  const { boxes, width, height } = layout(topology), byId = new Map(boxes.map(box => [box.node.id, box])), drawn = new Set<string>()
  const lines = topology.edges.map(({ from, to, kind }) => {
    // A need ends at the partition: its mirrors are inside.
    const a = byId.get(from), target = byId.get(to), b = kind === 'needs' && target?.node.kind === 'array' ? byId.get(target.node.inside ?? '') ?? target : target
    if (a === undefined || b === undefined) return null
    const line = lineOf(a, b, kind)
    if (drawn.has(line.markup)) return null
    drawn.add(line.markup)
    return line
  })
  const kinds = (Object.keys(LINES) as Edge['kind'][]).filter(kind => topology.edges.some(edge => edge.kind === kind))
  const legend = kinds.map(kind => html`<li><svg class="picture" width="30" height="10" aria-hidden="true" focusable="false"><path class="line ${kind}" d="M1 5H29"/></svg> ${LINES[kind]}</li>`)
  return html`<figure><div class="wide" tabindex="0" role="region" aria-label="${title}, picture">
<svg class="picture" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${counted(topology)}. The list below it says which.</desc>
${boxes.filter(({ node }) => node.kind === 'system').map(boxOf)}${lines}
${boxes.filter(({ node }) => node.kind !== 'system').map(boxOf)}</svg></div>
${kinds.length === 0 ? null : html`<ul class="legend">${legend}</ul>`}<details><summary>In words</summary>${inWords(topology)}</details></figure>\n`
}

const MANY: Readonly<Record<string, string>> = { 'host of disks': 'hosts of disks', switch: 'switches' }
const counted = ({ nodes }: Topology): string => (Object.keys(KINDS) as Node['kind'][]).flatMap(kind => {
  const count = nodes.filter(node => node.kind === kind).length
  return count === 0 ? [] : [`${count} ${count === 1 ? KINDS[kind] : MANY[KINDS[kind]] ?? `${KINDS[kind]}s`}`]
}).join(', ')

function inWords({ nodes, edges }: Topology): Content {
  const labels = new Map(nodes.map(({ id, label }) => [id, label])), name = (id: string): string => labels.get(id) ?? id
  const said = (edge: Edge): string => {
    switch (edge.kind) {
      case 'disk': return `gives ${edge.label} to ${name(edge.to)}`
      case 'spare': return `holds ${edge.label}, a spare of ${name(edge.to)}`
      case 'link': return `is linked to ${name(edge.to)}`
      case 'feeds': return `feeds ${name(edge.to)}`
      case 'needs': return `needs ${name(edge.to)}`
    }
  }
  return html`<ul>${nodes.map(node => {
    const does = [...new Set(edges.filter(({ from }) => from === node.id).map(said))]
    return html`<li><b>${node.label}</b>, ${KINDS[node.kind]}${node.inside === undefined ? null : ` of ${name(node.inside)}`}${does.length === 0 ? null : `: ${does.join(', ')}`}</li>`
  })}</ul>`
}
