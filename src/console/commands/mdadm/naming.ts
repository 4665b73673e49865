/**
 * Which md device an array gets, and the name by which it is called: create_mddev of mdadm.
 *
 * `/dev/md1`, `/dev/md/1` and a local name that is a number choose the number; other names get the highest free one below 128 and a link in /dev/md. An array
 * of another host gets `_0` behind its name. Source: mdadm 4.2 mdopen.c, read as facts; recordings s15, s17.
 */
import { nameIsFree } from './conf.ts'
import type { Tool } from './tool.ts'

export type Trust = 'local' | 'foreign'
export interface Chosen { readonly devnm: string; /** In messages. */ readonly path: string; /** Below /dev/md, if it is there. */ readonly link: string | undefined }

/** null after a complaint. */
export function chooseDevice(t: Tool, dev: string | null, name: string | null, trust: Trust): Chosen | null {
  let cname = '', number = -1
  if (dev !== null) {
    if (dev.startsWith('/dev/md/')) cname = dev.slice(8)
    else if (dev.startsWith('/dev/')) {
      const [, stem = '', digits = ''] = /^\/dev\/(.*?)(\d*)$/.exec(dev) ?? []
      if (digits === '' || (stem !== 'md' && stem !== 'md_d')) { t.say(`${dev} is an invalid name for an md device.  Try /dev/md/${dev.slice(5)}`); return null }
      if (stem === 'md_d') { t.unmodelled(`a partitionable array (${dev})`); return null }
      number = Number(digits)
      cname = String(number)
    } else cname = dev
    if (cname.includes('/')) { t.say(`${dev} is an invalid name for an md device.`); return null }
    if (cname === '') { t.say(`${dev} is an invalid name for an md device (empty!).`); return null }
    if (number < 0 && /^\d+$/.test(cname)) number = Number(cname)
  }
  if (number < 0 && trust === 'local' && name !== null && name !== '') {
    const digits = /^(?:\/dev\/)?(?:md)?\/?(\d+)$/.exec(name)?.[1]
    if (digits !== undefined && t.running(`md${Number(digits)}`) === undefined) number = Number(digits)
  }
  if (cname === '' && name !== null && name !== '') cname = unique(t, name.slice(0, 200).replaceAll('/', '-').replace(/[ \t]/g, '_'), trust)
  if (number < 0) number = freeNumber(t)
  else if (t.running(`md${number}`) !== undefined) { t.say(`${dev ?? '(null)'} is already in use.`); return null }
  if (number < 0) { t.say('No avail md devices - aborting'); return null }
  const devnm = `md${number}`, path = dev !== null && dev.startsWith('/') ? dev : cname === '' ? `/dev/${devnm}` : `/dev/md/${cname}`
  return { devnm, path, link: path.startsWith('/dev/md/') ? path.slice(8) : undefined }
}
function unique(t: Tool, name: string, trust: Trust): string {
  if ((trust === 'local' || name.includes(':')) && t.mapByName(name) === undefined) return name
  for (let n = 0; ; n++) if (t.mapByName(`${name}_${n}`) === undefined) return `${name}_${n}`
}
/** From 127 down, then from 511; without udev the link of an array that is gone keeps its number. */
function freeNumber(t: Tool): number {
  const linked = t.udev ? [] : Object.entries(t.world.md.guests[t.guest]?.links ?? {}).filter(([link]) => !/^\d+$/.test(link)).map(([, to]) => to)
  for (let n = 127; n !== 128; n = n > 0 ? n - 1 : 511) if (t.running(`md${n}`) === undefined && nameIsFree(t.conf, `md${n}`) && !linked.includes(`md${n}`)) return n
  return -1
}
