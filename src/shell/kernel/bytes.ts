/**
 * Text inside the simulated machine is a string of bytes: each character is one byte, 0 to 255, as in the C locale in which scripts run at boot.
 * UTF-8 exists only where text comes in from outside or is shown to a person; so `${#x}`, `cut -c` and `wc -c` count what they count there.
 */

/** UTF-16 text of ours → bytes. Lone surrogates become U+FFFD. */
export function toBytes(text: string): string {
  // eslint-disable-next-line no-control-regex -- the common case, and cheap to find
  if (/^[\x00-\x7f]*$/.test(text)) return text
  let bytes = ''
  for (const char of text) {
    let c = char.codePointAt(0)!
    if (c >= 0xd800 && c <= 0xdfff) c = 0xfffd
    if (c < 0x80) bytes += char
    else if (c < 0x800) bytes += String.fromCharCode(0xc0 | c >> 6, 0x80 | c & 63)
    else if (c < 0x10000) bytes += String.fromCharCode(0xe0 | c >> 12, 0x80 | c >> 6 & 63, 0x80 | c & 63)
    else bytes += String.fromCharCode(0xf0 | c >> 18, 0x80 | c >> 12 & 63, 0x80 | c >> 6 & 63, 0x80 | c & 63)
  }
  return bytes
}

/** Bytes → text to show; what is not UTF-8 becomes U+FFFD, one for each byte. */
export function fromBytes(bytes: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes
  return bytes.replace(/[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g, sequence => {
    const [a, b = 0, c = 0, d = 0] = [...sequence].map(char => char.charCodeAt(0)) as [number, ...number[]]
    const code = sequence.length === 2 ? (a & 31) << 6 | b & 63 : sequence.length === 3 ? (a & 15) << 12 | (b & 63) << 6 | c & 63
      : sequence.length === 4 ? (a & 7) << 18 | (b & 63) << 12 | (c & 63) << 6 | d & 63 : 0xfffd
    const shortest = sequence.length === 3 ? 0x800 : sequence.length === 4 ? 0x10000 : 0
    return code < shortest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd'.repeat(sequence.length) : String.fromCodePoint(code)
  })
}

const kept = new Map<number, string>()
/** So many zero bytes; the same string each time for the lengths that blocks have, so that to find that a block is blank is to see that it is this one. */
export function zeros(length: number): string {
  let bytes = kept.get(length)
  if (bytes !== undefined) return bytes
  bytes = '\0'.repeat(length)
  if (length <= 0x100000 && length % 512 === 0 && kept.size < 64) kept.set(length, bytes)
  return bytes
}
