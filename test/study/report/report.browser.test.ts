/**
 * A report in a real browser: opened from a disk without a network, light and dark, at a desk, on a phone, on paper; and by keyboard and for screen readers.
 *
 * `npm run test:browser` does it, with Chromium (CHROMIUM, or where Debian puts it); it takes as long as a tenth of all other tests, so they leave it out and say so.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { htmlOf } from '../../../src/study/report/html.ts'
import { audit, contrasts, crossings } from './in-page.ts'
import { fullResult } from './results.ts'

const path = process.env['CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const asked = process.env['HOTSPARE_BROWSER'] === 'required'
if (!asked) process.stderr.write('reports are not looked at in a browser: npm run test:browser does it\n')

test.runIf(asked)('there is a browser where one is asked for', () => expect(path).toBeDefined())

describe.runIf(asked && path !== undefined)('a report in a browser', () => {
  let browser: Browser, folder = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
    writeFileSync(join(folder, 'plain.html'), htmlOf(fullResult()))
    writeFileSync(join(folder, 'long.html'), htmlOf(fullResult(text => `${text} ${'W'.repeat(40)} <b>&`)))
    browser = await chromium.launch({ executablePath: path!, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  interface Look { readonly width: number; readonly scheme: 'light' | 'dark'; readonly media: 'screen' | 'print' }
  /** A page, and what it asked for or complained of. */
  async function opened(file: string, { width, scheme, media }: Look): Promise<{ page: Page; noise: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce', offline: true }), noise: string[] = [], url = pathToFileURL(join(folder, file)).href
    page.on('console', message => noise.push(message.text()))
    page.on('pageerror', error => noise.push(String(error)))
    page.on('request', request => { if (request.url() !== url && !request.url().startsWith('data:')) noise.push(request.url()) })
    await page.emulateMedia({ media, colorScheme: scheme })
    await page.goto(url)
    return { page, noise }
  }

  const looks: readonly Look[] = [
    { width: 1280, scheme: 'light', media: 'screen' }, { width: 1280, scheme: 'dark', media: 'screen' }, { width: 390, scheme: 'light', media: 'screen' }, { width: 390, scheme: 'dark', media: 'screen' },
    { width: 680, scheme: 'dark', media: 'print' },
  ]
  test.each(looks)('nothing is asked for, overflows, overlaps or pales: $width px, $scheme, $media', async look => {
    for (const file of ['plain.html', 'long.html']) {
      const { page, noise } = await opened(file, look)
      expect(noise).toEqual([])
      expect(await page.evaluate(crossings)).toEqual([])
      expect(await page.evaluate(contrasts)).toEqual([])
      await page.close()
    }
  })

  test('names, roles, order of headings, captions and labels are there for who cannot see', async () => {
    const { page } = await opened('plain.html', looks[0]!)
    expect(await page.evaluate(audit)).toEqual([])
    expect(await page.getByRole('img', { name: 'What stands where: two hosts', exact: false }).count()).toBeGreaterThan(0)
    expect(await page.getByRole('table', { name: 'routing: figures with 95 % intervals' }).count()).toBe(1)
    expect(await page.getByRole('navigation').getByRole('link').count()).toBeGreaterThan(10)
    await page.close()
  })

  test('by keyboard: the first stop skips to the figures, every stop is seen, tables open', async () => {
    const { page } = await opened('plain.html', looks[0]!), focus = async (): Promise<{ text: string; outline: number; left: number }> => await page.evaluate(`(() => {
      const style = getComputedStyle(document.activeElement)
      return { text: document.activeElement.textContent.slice(0, 40), outline: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth), left: document.activeElement.getBoundingClientRect().left }
    })()`)
    await page.keyboard.press('Tab')
    expect((await focus()).text).toBe('Skip to the figures')
    expect((await focus()).left).toBeGreaterThanOrEqual(0)
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press('Tab')
      expect((await focus()).outline).toBeGreaterThanOrEqual(2)
    }
    await page.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('details[open] table').first().isVisible()).toBe(true)
    await page.close()
  })

  test('on paper: A4, always light, no controls, no figure or row cut in two', async () => {
    const { page } = await opened('plain.html', looks[4]!)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect(await page.locator('nav').isVisible()).toBe(false)
    expect(await page.evaluate('[...document.querySelectorAll("figure, tr")].filter(each => getComputedStyle(each).breakInside !== "avoid").length')).toBe(0)
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1')
    expect(pdf).toMatch(/\/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/)
    await page.close()
  })

  test('drawings are what XML parsers take', async () => {
    const page = await browser.newPage(), drawings = [...htmlOf(fullResult()).matchAll(/<svg[^>]*role="img"[\s\S]*?<\/svg>/g)].map(([each]) => each.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'))
    expect(drawings.length).toBeGreaterThan(10)
    expect(await page.evaluate(`${JSON.stringify(drawings)}.filter(each => new DOMParser().parseFromString(each, 'image/svg+xml').querySelector('parsererror') !== null).length`)).toBe(0)
    await page.close()
  })
})
