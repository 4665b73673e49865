import { expect, test } from 'vitest'
import { difference, mdstatOf } from './looks.ts'

test('what the recordings call volatile is not compared, and what they call exact is', () => {
  const line = (text: string) => `Personalities : [raid1] \n${text}\nunused devices: <none>\n`
  const a = line('md1 : active raid1 sdb3[2](F) sda3[0]\n      93120 blocks [2/1] [U_]\n      [==>.....]  recovery = 12.0% (1/2) finish=0.1min speed=1K/sec\n'), b = a.replace('12.0%', '55.5%').replace('sdb3[2]', 'sdb3[3]')
  expect(difference('mdstat', '', a, b)).toBeUndefined()
  expect(difference('mdstat', '', a, a.replace('sda3[0]', 'sda3[1]'))).toBeDefined()
  expect(mdstatOf(a)).toEqual(['md1 : active raid1 sdb3[*](F) sda3[0] | 93120 blocks [2/1] [U_] | recovery'])
})
