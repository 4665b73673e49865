/** How many bits of a write-intent bitmap are set, as --examine-bitmap counts them. */
import type { DeepReadonly } from '../../../base/readonly.ts'
import type { Kib } from '../../../base/time.ts'
import type { Bitmap } from '../../../models/md/state.ts'
import type { Super } from './super.ts'

export const bitmapOf = ({ sb, a }: Super): DeepReadonly<Bitmap> | null => (sb.bitmap ? a.bitmap : null)
export function changedChunks(bitmap: DeepReadonly<Bitmap>, sizeKib: Kib): number {
  const bits = Math.ceil(sizeKib / bitmap.chunkKib)
  return bitmap.all ? bits : Math.min(bits, bitmap.dirty.length + Math.ceil(bitmap.scatteredKib / bitmap.chunkKib))
}
