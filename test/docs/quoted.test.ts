/**
 * Documents quote what the program prints and what its files hold: below a comment that names the source stands a fenced block, and the
 * block is what the source says now. `npx vitest run test/docs/quoted.test.ts -u` rewrites the documents.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hotspare } from '../node/hotspare.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

async function said(source: string): Promise<string> {
  if (!source.startsWith('hotspare ')) return read(source)
  const { out } = await hotspare(...source.split(' ').slice(1))
  return out
}

test.each(['README.md', 'CONTRIBUTING.md'])('%s quotes the program and its files to the letter', async document => {
  const text = read(document), quotes = [...text.matchAll(/<!-- ([^>]+) -->\n```(\w*)\n(.*?)```\n/gs)]
  expect(quotes.length).toBeGreaterThan(0)
  let quoted = text
  for (const [whole, source, language] of quotes) {
    const now = (await said(source!)).trimEnd()
    expect(now).not.toBe('')
    quoted = quoted.replace(whole!, () => `<!-- ${source} -->\n\`\`\`${language}\n${now}\n\`\`\`\n`)
  }
  await expect(quoted).toMatchFileSnapshot(`../../${document}`)
})
