/**
 * The answer of a study as one HTML file that needs nothing else: no network, no script; it opens from a disk, prints, and can be heard as well as seen.
 *
 * The verdict comes first, with what to beware of right under it; then figures, pictures, what they rest on, and how to repeat them. The same result gives
 * the same file, byte by byte: it bears no date.
 */
import type { StudyResult } from '../result.ts'
import { assumptions, method, rules, topologies, warnings } from './basis.ts'
import { html, type Markup } from './markup.ts'
import { causes, clients, cost, distributions, downtimes, exposure, figures } from './sections.ts'
import { STYLE } from './style.ts'
import { comparison, importance, tornado } from './what-if.ts'

interface Section { readonly id: string; readonly head: string; readonly body: Markup | null }

export function htmlOf(result: StudyResult): string {
  const { name, question, verdict, variants, comparisons, hotspare } = result
  const all: readonly Section[] = [
    { id: 'figures', head: 'Figures', body: html`${downtimes(variants)}${figures(variants)}` },
    { id: 'distributions', head: 'How it is spread', body: distributions(variants) },
    { id: 'causes', head: 'What it comes from', body: causes(variants) },
    { id: 'exposure', head: 'Time without redundancy', body: exposure(variants) },
    { id: 'uncertain', head: 'What nobody knows well', body: tornado(variants) },
    { id: 'importance', head: 'What matters most', body: importance(variants) },
    { id: 'comparison', head: 'Compared', body: comparison(result) },
    { id: 'topology', head: 'What stands where', body: topologies(variants) },
    { id: 'rules', head: 'What fails, and how', body: rules(variants) },
    { id: 'assumptions', head: 'Planning defaults', body: assumptions(variants) },
    { id: 'clients', head: 'Clients', body: clients(variants) },
    { id: 'cost', head: 'Cost', body: cost(variants, comparisons) },
    { id: 'method', head: 'Method', body: method(result) },
  ]
  const sections = all.filter(({ body }) => body !== null)
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="generator" content="hotspare ${hotspare}"><title>${name}</title><link rel="icon" href="data:,"><style>${{ markup: STYLE }}</style></head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header><h1>${name}</h1>${question === null ? null : html`<p class="question">${question}</p>`}
<section class="verdict" aria-labelledby="verdict"><h2 id="verdict">Verdict</h2>${verdict.map(sentence => html`<p>${sentence}</p>\n`)}</section>
${warnings(variants)}</header>
<nav aria-label="Parts of this report"><ul>${sections.map(({ id, head }) => html`<li><a href="#${id}">${head}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${sections.map(({ id, head, body }) => html`<section id="${id}" aria-labelledby="${id}-head"><h2 id="${id}-head">${head}</h2>
${body}</section>\n`)}</main>
<footer>hotspare ${hotspare}: a simulation. What is not in the study cannot fail in it.</footer>
</body>
</html>
`.markup
}
