/**
 * HTML that is escaped by construction: whatever is put into a template is text, unless it is markup itself; attributes are always quoted.
 *
 * Characters that no document may carry, or that would turn the text around them, are shown as what they are: replaced.
 */
export interface Markup { readonly markup: string }
export type Content = string | number | Markup | null | readonly Content[]

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }
/** Control characters, halves of surrogate pairs, non-characters, and marks that change the direction of writing. */
const UNFIT = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]|\p{Surrogate}/gu

export const escaped = (text: string): string => text.replaceAll(UNFIT, '\uFFFD').replaceAll(/[&<>"']/g, each => ENTITIES[each]!)

/** null is nothing; lists are put one after the other. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: parts.reduce((before, part, i) => `${before}${textOf(contents[i - 1]!)}${part}`) }
}

export function textOf(content: Content): string {
  if (content === null) return ''
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content))
  return 'markup' in content ? content.markup : content.map(textOf).join('')
}
