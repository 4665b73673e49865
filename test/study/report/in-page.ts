/** What is looked at within the page of a report; each of these runs in the browser, stands by itself, and returns what is wrong. */

/** Pictures without size, words beyond their picture, marks or cards across one another, a page wider than its window. */
export const crossings = `(() => {
  const wrong = [], box = each => each.getBoundingClientRect(), name = each => each.tagName + ' "' + each.textContent.trim().slice(0, 30) + '"', seen = each => each.checkVisibility()
  const across = (a, b) => a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 1 && b.bottom > a.top + 1
  if (document.scrollingElement.scrollWidth > innerWidth) wrong.push('the page is ' + document.scrollingElement.scrollWidth + ' wide of ' + innerWidth)
  for (const svg of document.querySelectorAll('svg')) {
    if (!seen(svg) || svg.parentElement.closest('svg') !== null) continue
    const { width, height, left, right } = box(svg)
    if (width < 20 || height < 8) wrong.push('a picture of ' + width + ' by ' + height)
    const texts = [...svg.querySelectorAll('text')]
    for (const text of texts) if (box(text).left < left - 2 || box(text).right > right + 2) wrong.push(name(text) + ' leaves its picture')
    const own = texts.filter(text => !text.matches('.quantile'))
    own.forEach((a, i) => own.slice(i + 1).forEach(b => { if (across(box(a), box(b))) wrong.push(name(a) + ' across ' + name(b)) }))
    if (svg.matches('.picture')) for (const text of texts) {
      const before = text.previousElementSibling, frame = before !== null && before.tagName === 'rect' ? before : before === null ? null : before.previousElementSibling
      if (frame !== null && frame.tagName === 'rect' && (box(text).left < box(frame).left || box(text).right > box(frame).right)) wrong.push(name(text) + ' leaves its box')
    }
    for (const mark of svg.querySelectorAll('rect, circle')) if (box(mark).left < left - 6 || box(mark).right > right + 6) wrong.push('a bar leaves its picture')
  }
  for (const grid of document.querySelectorAll('.cards, .pictures')) {
    const cards = [...grid.children].filter(seen)
    cards.forEach((a, i) => cards.slice(i + 1).forEach(b => { if (across(box(a), box(b))) wrong.push(name(a) + ' across ' + name(b)) }))
  }
  for (const each of document.querySelectorAll('h1, h2, h3, h4, p, li, dd, summary, figure')) if (seen(each) && each.closest('.wide, .skip') === null && box(each).right > innerWidth + 1) wrong.push(name(each) + ' leaves the page')
  return [...new Set(wrong)]
})()`

/** Text below 4.5 to 1, marks below 3 to 1, on what is really behind them. */
export const contrasts = `(() => {
  const wrong = [], channels = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const light = colour => channels(colour).slice(0, 3).map(each => each / 255).map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4).reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0)
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05)
  const clear = colour => colour === 'transparent' || channels(colour)[3] === 0
  const behind = each => each === null ? 'rgb(255, 255, 255)' : clear(getComputedStyle(each).backgroundColor) ? behind(each.parentElement) : getComputedStyle(each).backgroundColor
  const judge = (each, front, back, least) => {
    const own = ratio(front, back)
    if (!(own >= least)) wrong.push(each.tagName + '.' + each.getAttribute('class') + ' ' + front + ' on ' + back + ': ' + own.toFixed(2))
  }
  for (const each of document.querySelectorAll('body *')) {
    if (!each.checkVisibility() || each.closest('svg') !== null || ![...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim() !== '')) continue
    judge(each, getComputedStyle(each).color, behind(each), 4.5)
  }
  for (const text of document.querySelectorAll('svg text')) {
    if (!text.checkVisibility()) continue
    const own = box(text), x = (own.left + own.right) / 2, y = (own.top + own.bottom) / 2
    const under = [...text.closest('svg').querySelectorAll('rect:not(.fill)')].filter(rect => box(rect).left <= x && x <= box(rect).right && box(rect).top <= y && y <= box(rect).bottom).at(-1)
    judge(text, getComputedStyle(text).fill, under === undefined ? behind(text.closest('svg').parentElement) : getComputedStyle(under).fill, 4.5)
  }
  function box(each) { return each.getBoundingClientRect() }
  for (const mark of document.querySelectorAll('svg .fill, svg .point')) if (mark.checkVisibility()) judge(mark, getComputedStyle(mark).fill, behind(mark.closest('svg').parentElement), 3)
  for (const mark of document.querySelectorAll('svg .interval, svg .cap, svg .bound, svg .arrow, svg .line')) if (mark.checkVisibility()) judge(mark, getComputedStyle(mark).stroke, behind(mark.closest('svg').parentElement), 3)
  return [...new Set(wrong)]
})()`

/** What a screen reader needs and does not find. */
export const audit = `(() => {
  const wrong = [], all = selector => [...document.querySelectorAll(selector)]
  const named = each => (each.getAttribute('aria-label') ?? (each.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '').join(' ')).trim()
  if (document.documentElement.lang !== 'en') wrong.push('no language')
  if (document.title.trim() === '') wrong.push('no title')
  for (const landmark of ['main', 'nav', 'body > header', 'body > footer', 'h1']) if (all(landmark).length !== 1) wrong.push(all(landmark).length + ' of ' + landmark)
  const ids = all('[id]').map(({ id }) => id)
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push('two of #' + id)
  for (const each of all('[aria-labelledby]')) for (const id of each.getAttribute('aria-labelledby').split(' ')) if (!ids.includes(id)) wrong.push('no #' + id)
  for (const each of all('a')) if (!ids.includes(each.getAttribute('href').slice(1)) || each.textContent.trim() === '') wrong.push('a link to nowhere: ' + each.getAttribute('href'))
  for (const svg of all('svg')) {
    if (svg.closest('[aria-hidden="true"]') !== null) continue
    if (svg.getAttribute('role') !== 'img' || named(svg) === '' || !svg.querySelector('title')?.textContent || !svg.querySelector('desc')?.textContent) wrong.push('a picture without role, title or description')
    else if (!svg.closest('figure')?.querySelector('details')) wrong.push('no words for the picture ' + named(svg))
  }
  for (const table of all('table')) {
    const caption = (table.querySelector('caption')?.textContent ?? '').trim()
    if (caption === '') wrong.push('a table without caption')
    if ([...table.querySelectorAll('th')].some(each => !/^(row|col)$/.test(each.getAttribute('scope') ?? ''))) wrong.push('a heading without scope in ' + caption)
    if ([...table.querySelectorAll('tbody tr')].some(row => row.children[0]?.tagName !== 'TH')) wrong.push('a row without heading in ' + caption)
  }
  for (const region of all('[tabindex="0"]')) if (region.tagName !== 'PRE' && (region.getAttribute('role') !== 'region' || named(region) === '')) wrong.push('a stop without a name')
  const levels = all('h1, h2, h3, h4').map(each => Number(each.tagName.slice(1)))
  levels.forEach((level, i) => { if (level > (levels[i - 1] ?? 0) + 1) wrong.push('a heading of level ' + level + ' after one of ' + levels[i - 1]) })
  return [...new Set(wrong)]
})()`
