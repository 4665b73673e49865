/** How many bits of a write-intent bitmap are set, as --examine-bitmap counts them. */
import type { DeepReadonly } from '../../../base/readonly.ts'
import type { Kib, Micros } from '../../../base/time.ts'
import { isQuiet } from '../../../models/md/bitmap.ts'
import type { ArrayView, Bitmap } from '../../../models/md/state.ts'
import type { Super } from './super.ts'

export const bitmapOf = ({ sb, a }: Super): DeepReadonly<Bitmap> | null => (sb.bitmap ? a.bitmap : null)
export function changedChunks(a: ArrayView, sizeKib: Kib, now: Micros): number {
  const { bitmap } = a
  if (bitmap === null || isQuiet(a, now)) return 0
  const bits = Math.ceil(sizeKib / bitmap.chunkKib)
  return bitmap.all ? bits : Math.min(bits, bitmap.dirty.length + Math.ceil(bitmap.scatteredKib / bitmap.chunkKib))
}
