/** The answer of a study as one HTML file that needs nothing else. */
import type { StudyResult } from '../result.ts'
import { studyText } from '../text.ts'

export function htmlOf(result: StudyResult): string {
  const lines = studyText(result).map(({ text, heading }) => heading ? `<b>${escaped(text)}</b>` : escaped(text))
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${escaped(result.name)}</title>\n<pre>${lines.join('\n')}</pre>\n</html>\n`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
