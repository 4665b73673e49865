/**
 * Slips in the order of the recovery: fail, remove, delete the device, wait for the host, scan, add, watch; and in what must be known before a step is taken.
 * Source: founding article, appendix; VS-60 (each step out of order has an outcome of its own), recorded.
 */
import type { Rule } from '../finding.ts'
import { bare, type Act, type Script, type Step } from '../steps.ts'

const of = ({ steps }: Script, ...acts: Act[]): Step[] => steps.filter(({ act }) => acts.includes(act))
const place = (script: Script, { site, word }: Step) => script.places.of(site.command, word ?? undefined)

export const ORDER_RULES: readonly Rule[] = [
  {
    name: 'short-remove',
    why: 'the short -r of mdadm 4.2 swallows its argument, prints nothing, exits 0 and removes nothing',
    instead: '--remove', see: 'VS-94 (recorded s23); scenario recover-article-steps',
    *find(script) {
      for (const { site, line, words } of script.calls)
        if (line.mode === 'manage' && line.devices.some(({ how }) => how === 'r'))
          for (const word of words) if (/^-[a-qs-zA-Z]*r$/.test(word.literal ?? '')) yield { at: script.places.of(site.command, word) }
    },
  },
  {
    name: 'remove-before-fail',
    why: 'a member that is in use cannot be removed: mdadm says "Device or resource busy" until it has been failed',
    instead: '--fail first, then --remove', see: 'VS-60, VS-48',
    *find(script) {
      for (const step of of(script, 'remove')) {
        const failed = of(script, 'fail').filter(({ what }) => what === step.what)
        if (step.what !== '' && !isKeyword(step.what) && failed.length > 0 && failed.every(({ turn, site }) => turn > step.turn || (site === step.site && positionOf(step) < positionOf({ ...step, word: failed[0]!.word })))) yield { at: place(script, step) }
      }
    },
  },
  {
    name: 'delete-before-remove',
    why: 'the device goes while its partitions are still members: these hold the old name, and the disk comes back under another',
    instead: '--fail and --remove for every partition of it in every mirror, then delete', see: 'VS-9, VS-93 (recorded s06); scenario recover-no-removal-before-rescan',
    *find(script) {
      for (const step of of(script, 'delete')) if (!of(script, 'remove').some(({ turn }) => turn < step.turn)) yield { at: place(script, step) }
    },
  },
  {
    name: 'scan-before-delete',
    why: 'a scan never revives a device that is still there: nothing is found before the dead one has been deleted',
    instead: 'echo 1 > /sys/block/sdX/device/delete, then the scan', see: 'VS-92 (recorded s20), VS-60',
    *find(script) {
      const [first] = of(script, 'delete'), scans = of(script, 'scan')
      if (first !== undefined && scans.length > 0 && scans.every(({ turn }) => turn < first.turn)) yield { at: place(script, scans[0]!) }
      // Who adds without ever having deleted counts on a device that may be offline.
      else if (first === undefined && scans.length > 0 && of(script, 'fail').length > 0 && of(script, 'add').length > 0) yield { at: place(script, scans[0]!), text: 'the dead device was not deleted before the scan: one that is offline stays offline, and a scan finds nothing new' }
    },
  },
  {
    name: 'wrong-half',
    why: 'this fails the disk that has just answered',
    instead: 'fail what does not answer: answers "$disk" || mdadm … --fail', see: 'VS-82 (recorded s11); scenario wrong-half',
    *find(script) {
      for (const step of of(script, 'fail')) {
        const disk = diskOf(step.what)
        for (const { words } of step.site.given) {
          const test = words[0]?.literal ?? '', tested = words.slice(1).some(({ text }) => diskOf(text) === disk)
          const reads = words.some(({ literal, text }) => (literal ?? text) === 'dd') || (script.functions.get(test)?.text.includes('dd ') ?? false)
          if (disk !== '' && tested && reads) yield { at: place(script, step) }
        }
      }
    },
  },
  {
    name: 'fails-unseen',
    why: 'nothing was looked at before this member is failed: on a healthy system it takes the good half away, and of the last copy it makes a broken array',
    instead: 'a look first: does the disk answer, and does another copy stand in /proc/mdstat', see: 'VS-61, VS-82; scenario recover-not-idempotent',
    *find(script) {
      const look = of(script, 'look', 'read')[0]
      for (const step of of(script, 'fail')) if (!isKeyword(step.what) && (look === undefined || look.turn >= step.turn) && step.site.given.length === 0) return yield { at: place(script, step) }
    },
  },
  {
    name: 'no-wait-after-add',
    why: 'until the copy has ended there is one copy only, and the next step takes it away',
    instead: 'mdadm --wait /dev/mdN, with a timeout', see: 'VS-54, VS-47, VS-53; scenario second-ipl-too-early',
    *find(script) {
      for (const add of of(script, 'add')) {
        const next = of(script, 'fail', 'reboot').find(({ turn }) => turn > add.turn)
        if (next === undefined || diskOf(next.what) === diskOf(add.what)) continue
        if (!script.steps.some(({ act, turn }) => (act === 'wait' || act === 'look') && turn > add.turn && turn < next.turn)) yield { at: place(script, add) }
      }
    },
  },
  {
    name: 'status-ignored',
    why: 'whether the member is gone is not asked before the device is deleted: if it is not, the disk comes back under another name',
    instead: 'mdadm … --remove … || exit 1', see: 'VS-96, VS-9; scenario recover-article-steps',
    *find(script) {
      if (script.errexit) return
      for (const step of of(script, 'remove')) {
        const { site, turn } = step, later = of(script, 'delete').find(each => each.turn > turn)
        if (later === undefined || site.judged || site.name !== 'mdadm' || /\$\?/.test(site.next?.text ?? '')) continue
        if (!script.steps.some(({ act, turn: t }) => act === 'look' && t > turn && t < later.turn)) yield { at: script.places.of(site.command) }
      }
    },
  },
  {
    name: 'no-lock',
    why: 'two copies at once undo each other, and nothing here keeps a second one out',
    instead: 'exec 9> /run/NAME.lock; flock -n 9 || exit', see: 'scenario recover-two-copies-racing',
    *find(script) {
      const step = of(script, 'fail', 'remove', 'delete')[0]
      if (step === undefined || script.sites.some(({ command }) => command.words.some(({ literal }) => /(^|\/)(flock|lockfile|lckdo|dotlockfile)$/.test(literal ?? '')) || /^mkdir .*lock|noclobber/.test(command.text))) return
      // Who is called by a machine is called twice one day.
      const called = /\b(cron\w*|monitor|udev|systemd|Fail|DegradedArray|SpareActive|MAILADDR)\b/.test(script.text)
      yield { at: place(script, step), ...!called && { severity: 'note' as const } }
    },
  },
]

const isKeyword = (what: string): boolean => /^(failed|detached|faulty|missing)$/.test(what)
/** Of a partition, as written: `/dev/sda3` and `$disk"3"` speak of sda and of $disk. */
const diskOf = (what: string): string => bare(what).replace(/^(if=)?\/dev\//, '').replace(/(\$\w*[a-z_A-Z])\d+$/, '$1').replace(/^(sd[a-z]+)\d+$/, '$1')
const positionOf = ({ site, word }: Step): number => word === null ? 0 : site.command.words.indexOf(word)
