/** For times in seconds within larger expectations: a millisecond this way or that. */
import { expect } from 'vitest'

export const near = (value: number): unknown => expect.closeTo(value, 3)
