/**
 * Backslash escapes of `$'…'` and of `${x@E}`, into bytes. `\u` in the C locale: beyond ASCII it stays as it is written.
 * Source of truth: bash(1) 5.2, QUOTING.
 */
const PLAIN: Readonly<Record<string, string>> = { a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?' }

/** `\n` → a newline. A zero byte ends the text, as in C. */
export function decodeAnsiC(text: string): string {
  if (!text.includes('\\')) return text
  let ended = false
  return text.replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|x\{([0-9a-fA-F]+)\}?|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c([^])|([^]))|[^\\]+|\\$/g,
    (all: string, octal?: string, hex?: string, braced?: string, u?: string, U?: string, control?: string, plain?: string) => {
      if (ended) return ''
      const byte = octal !== undefined ? parseInt(octal, 8) & 255 : hex !== undefined ? parseInt(hex, 16) : braced !== undefined ? parseInt(braced.slice(-2), 16) : undefined
      if (byte !== undefined) {
        ended = byte === 0
        return ended ? '' : String.fromCharCode(byte)
      }
      const code = u ?? U
      if (code !== undefined) return parseInt(code, 16) < 0x80 ? String.fromCharCode(parseInt(code, 16)) : all
      if (control !== undefined) return control === '?' ? '\x7f' : String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f)
      return plain !== undefined ? PLAIN[plain] ?? all : all
    })
}
