/** Reads back what a report says: tags as a list, with attributes; text without tags. Only for documents that quote every attribute, and it says where one does not. */
export interface Tag { readonly name: string; readonly close: boolean; readonly attributes: ReadonlyMap<string, string> }

const VOID = new Set(['meta', 'link', 'br', '!doctype'])

/** Every tag in order; throws where tags are not closed in the order in which they were opened, or anything is not well-formed. */
export function tagsOf(document: string): Tag[] {
  const tags: Tag[] = [], open: string[] = [], body = document.replace(/<style>[\s\S]*?<\/style>/, '<style></style>')
  for (const [, text = '', whole] of body.matchAll(/([^<]*)(<[^>]*>)/g)) {
    const stray = /&(?!(amp|lt|gt|quot|#39);)|>/.exec(text)
    if (stray !== null) throw new Error(`not escaped: ${text.slice(stray.index, stray.index + 40)}`)
    const [, slash, name, attributes, alone] = /^<(\/?)([!a-zA-Z][\w-]*)((?:\s+[\w-]+(?:="[^"<]*")?)*)\s*(\/?)>$/.exec(whole!) ?? []
    if (name === undefined) throw new Error(`no tag: ${whole}`)
    tags.push({ name, close: slash === '/', attributes: new Map([...attributes!.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key!, decoded(value ?? '')])) })
    if (slash === '/') {
      const last = open.pop()
      if (last !== name) throw new Error(`</${name}> closes <${last}>`)
    } else if (alone === '' && !VOID.has(name)) open.push(name)
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(' ')}`)
  return tags
}

export const decoded = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&amp;', '&')
export const textOf = (document: string): string => decoded(document.replace(/<style>[\s\S]*?<\/style>/, '').replaceAll(/<[^>]*>/g, ' ')).replaceAll(/[\s\u00A0]+/g, ' ')
