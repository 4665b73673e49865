/**
 * UUIDs of arrays and of their members: made from names, so that they are the same in every run and a configuration file can hold them.
 *
 * 0.90 keeps in its second half the beginning of SHA-1 of the home host, and that is how mdadm knows an array as local. Printed as mdadm
 * prints them on a little-endian machine: four words. Source: mdadm 4.2 super0.c init_super0, super1.c init_super1.
 */
import { sha1Compress } from '../../base/sha1.ts'
import type { ArrayId, Metadata, PlaceId } from './state.ts'

/** SHA-1 of a short text: what fits into one block with padding and length. */
export function sha1Short(text: string): Uint32Array {
  const block = new Uint8Array(64), cut = text.slice(0, 55)
  for (let i = 0; i < cut.length; i++) block[i] = cut.charCodeAt(i)
  block[cut.length] = 0x80
  block[62] = cut.length * 8 >> 8
  block[63] = cut.length * 8 & 255
  return sha1Compress(block)
}
const hex = (word: number): string => word.toString(16).padStart(8, '0')
const swapped = (word: number): number => (word << 24 | (word & 0xff00) << 8 | word >>> 8 & 0xff00 | word >>> 24) >>> 0
const uuidOf = (text: string): string[] => [...sha1Short(text.length > 55 ? text.slice(0, 20) + text.slice(-35) : text)].slice(0, 4).map(hex)

export function arrayUuid(id: ArrayId, metadata: Metadata, homehost: string): string {
  const words = uuidOf(`array ${id}`)
  return (metadata === '0.90' && homehost !== '' ? [...words.slice(0, 2), ...homeWords(homehost)] : words).join(':')
}
/** What the second half of the UUID of a 0.90 array of this host is. */
export const homeWords = (homehost: string): string[] => [...sha1Short(homehost)].slice(0, 2).map(word => hex(swapped(word)))

/** A member gets a new one each time it is added as a new device. */
export const memberUuid = (array: ArrayId, place: PlaceId, number: number): string => uuidOf(`member ${number} ${place} of ${array}`).join(':')
