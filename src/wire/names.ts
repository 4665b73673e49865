/**
 * Domain names as DNSSL options carry them: labels with their length in front, an empty label at the end, no compression
 * (RFC 8106 5.2). In text a byte that is no printable character, a dot or a backslash inside a label is written `\ddd`.
 */
import { join } from './bytes.ts'

/** The names in a field that is padded with zeros; undefined where a label runs past the end, is too long, or where a byte follows the padding. */
export function decodeNames(bytes: Uint8Array): string[] | undefined {
  const names: string[] = []
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === 0) {
      // The padding: nothing else may follow.
      return bytes.subarray(at).every(byte => byte === 0) ? names : undefined
    }
    const labels: string[] = []
    for (;;) {
      const length = bytes[at]
      if (length === undefined || length > 63 || at + length >= bytes.length) return undefined
      if (length === 0) break
      labels.push(Array.from(bytes.subarray(at + 1, at + 1 + length), escaped).join(''))
      at += 1 + length
    }
    at++
    names.push(labels.join('.'))
  }
  return names
}

/** Undefined where the text is no name: an empty label, or one longer than 63 bytes. */
export function encodeName(name: string): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  let label: number[] = []
  const close = (): boolean => {
    if (label.length === 0 || label.length > 63) return false
    parts.push(Uint8Array.of(label.length, ...label))
    label = []
    return true
  }
  for (const [token] of name.matchAll(/\\\d{3}|[\s\S]/g)) {
    if (token === '.') {
      if (!close()) return undefined
    } else {
      const byte = token.length > 1 ? Number(token.slice(1)) : token.charCodeAt(0)
      if (byte > 255 || token === '\\') return undefined
      label.push(byte)
    }
  }
  return close() ? join(...parts, Uint8Array.of(0)) : undefined
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte)
  return byte > 0x20 && byte < 0x7f && character !== '.' && character !== '\\' ? character : `\\${String(byte).padStart(3, '0')}`
}
