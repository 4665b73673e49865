/**
 * Words of an mdadm command line as getopt_long(3) hands them out, one after the other, with the messages of glibc.
 *
 * mdadm asks for them in order (`-` in front of its short options: a device is an answer too) and changes which short options take an argument as
 * soon as it knows its mode. 4.2 has `r:` in all its lists: the short `-r` swallows its argument and removes nothing (VS-94).
 * Source: glibc 2.36 getopt.c; mdadm 4.2 ReadMe.c (names of options), read as facts.
 */
/** The letter of a short option, or the name by which a long one is known here. */
export interface Found { readonly opt: string; readonly arg: string | null; /** As typed: `--raid-devices`; null where it was short. */ readonly long: string | null }
export type Shorts = 'plain' | 'bitmap' | 'auto'

/** Letters that take an argument: always, and those that differ by mode. */
const VALUED = 'ZcilpmnxucdzUNer', SIMPLE = 'ABCDEFGIQhVXYWvqbsafRSow1tyk'
const MORE: Readonly<Record<Shorts, string>> = { plain: '', bitmap: 'bk', auto: 'bka' }

/** Long options: `name` or `name=`, with what they are known as. 2: an argument only with `=`. */
const LONGS = new Map<string, readonly [code: string, argument: 0 | 1 | 2]>()
const add = (text: string): void => {
  for (const word of text.split(' ')) {
    const [name = '', code = ''] = word.split(':'), argument = name.endsWith('=?') ? 2 : name.endsWith('=') ? 1 : 0
    LONGS.set(name.replace(/=\??$/, ''), [code, argument])
  }
}
add('manage:Manage misc:Misc assemble:A build:B create:C detail:D examine:E follow:F grow:G incremental:I zero-superblock:Kill query:Q examine-bitmap:X auto-detect:AutoDetect')
add('detail-platform:DetailPlatform kill-subarray=:KillSubarray update-subarray=:UpdateSubarray udev-rules=?:UdevRules offroot:OffRoot examine-badblocks:ExamineBB dump=:Dump restore=:Restore')
add('monitor:F help:h help-options:HelpOptions version:V verbose:v quiet:q chunk=:ChunkSize rounding=:ChunkSize level=:l parity=:Layout layout=:Layout raid-disks=:n raid-devices=:n')
add('spare-disks=:x spare-devices=:x size=:z auto=:Auto assume-clean:AssumeClean metadata=:e bitmap=:Bitmap bitmap-chunk=:BitmapChunk write-behind=?:WriteBehind write-mostly:WriteMostly')
add('failfast:FailFast nofailfast:NoFailFast re-add:ReAdd homehost=:HomeHost symlinks=:Symlinks data-offset=:DataOffset nodes=:Nodes home-cluster=:ClusterName write-journal=:WriteJournal')
add('consistency-policy=:k uuid=:u super-minor=:SuperMinor name=:N config=:ConfigFile scan:s force:Force update=:U freeze-reshape:FreezeReshape add:Add add-spare:AddSpare add-journal:AddJournal')
add('remove:Remove fail:Fail set-faulty:Fail replace:Replace with:With run:R stop:S readonly:o readwrite:w no-degraded:NoDegraded wait:Wait wait-clean:WaitClean action=:Action')
add('cluster-confirm:ClusterConfirm brief:Brief no-devices:NoDevices export:Y sparc2.2:Sparc22 test:t prefer=:Prefer mail=:EMail program=:Program alert=:Program increment=:Increment delay=:d')
add('daemonise:Fork daemonize:Fork oneshot:1 pid-file=:i syslog:y no-sharing:NoSharing backup-file=:BackupFile invalid-backup:InvalidBackup array-size=:Z continue:Continue rebuild-map:RebuildMap path=:Path')

export class Getopt {
  shorts: Shorts = 'plain'
  private readonly argv: readonly string[]
  private readonly classic: boolean
  private at = 1
  /** What is left of a word of short options. */
  private rest = ''
  constructor(argv: readonly string[], classic: boolean) {
    this.argv = argv
    this.classic = classic
  }

  /** null at the end; a complaint instead of an option: usage follows, exit 2. */
  next(): Found | { readonly complaint: string } | null {
    if (this.rest !== '') return this.short()
    const word = this.argv[this.at]
    if (word === undefined) return null
    this.at++
    // With an answer for each device nothing behind `--` is ever looked at.
    if (word === '--') return null
    if (word.startsWith('--')) return this.long(word.slice(2))
    if (word.startsWith('-') && word !== '-') {
      this.rest = word.slice(1)
      return this.short()
    }
    return { opt: 'device', arg: word, long: null }
  }
  private complain(text: string): { readonly complaint: string } { return { complaint: `${this.argv[0]}: ${text}\n` } }

  private short(): Found | { readonly complaint: string } {
    const letter = this.rest[0]!
    this.rest = this.rest.slice(1)
    const classic = this.classic && letter === 'r'
    const valued = !classic && (VALUED.includes(letter) || MORE[this.shorts].includes(letter))
    if (!valued) return classic || SIMPLE.includes(letter) ? { opt: letter, arg: null, long: null } : this.complain(`invalid option -- '${letter}'`)
    let arg: string | undefined = this.rest
    this.rest = ''
    if (arg === '') arg = this.argv[this.at++]
    return arg === undefined ? this.complain(`option requires an argument -- '${letter}'`) : { opt: letter, arg, long: null }
  }
  private long(text: string): Found | { readonly complaint: string } {
    const cut = text.indexOf('='), typed = cut < 0 ? text : text.slice(0, cut), given = cut < 0 ? null : text.slice(cut + 1)
    let name = typed, known = LONGS.get(typed)
    if (known === undefined) {
      const like = [...LONGS].filter(([other]) => other.startsWith(typed)), [first] = like
      if (first === undefined) return this.complain(`unrecognized option '--${text}'`)
      if (like.some(([, [code, argument]]) => code !== first[1][0] || argument !== first[1][1]))
        return this.complain(`option '--${text}' is ambiguous; possibilities:${like.map(([other]) => ` '--${other}'`).join('')}`)
      ;[name, known] = first
    }
    const [code, argument] = known
    if (given !== null && argument === 0) return this.complain(`option '--${name}' doesn't allow an argument`)
    let arg: string | null = given
    if (arg === null && argument === 1) {
      arg = this.argv[this.at++] ?? null
      if (arg === null) return this.complain(`option '--${name}' requires an argument`)
    }
    return { opt: code, arg, long: `--${name}` }
  }
}
