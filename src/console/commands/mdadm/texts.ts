/**
 * Words that mdadm has for itself: version, usage, names of modes, levels and metadata.
 *
 * The help of the real tool is a text of its own, under its own licence; here it is a short list of what is modelled. Everything else is in mdadm's words,
 * for scripts parse it. Source: mdadm 4.2 ReadMe.c, maps.c, read as facts.
 */
export const VERSION = 'mdadm - v4.2 - 2021-12-30 - Debian 4.2-5\n'
export const USAGE = 'Usage: mdadm --help\n  for help\n'

export type Mode = 'assemble' | 'build' | 'create' | 'manage' | 'misc' | 'monitor' | 'grow' | 'incremental' | 'auto-detect'

const HELP: Readonly<Record<Mode | 'none', string>> = {
  none: 'mdadm --create DEVICE options… | --assemble DEVICE options… | --build DEVICE options… | --manage DEVICE options…\nmdadm --misc options… DEVICES… | --grow DEVICE options… | --incremental DEVICE | --monitor options…\n',
  create: 'mdadm --create DEVICE --level=1 --raid-devices=N [--spare-devices=N --metadata=V --bitmap=internal --name=N --assume-clean --size=K --run] COMPONENTS…\n',
  assemble: 'mdadm --assemble DEVICE [--run --force --uuid=U --name=N --super-minor=N --update=W] COMPONENTS…\nmdadm --assemble --scan\n',
  build: 'mdadm --build DEVICE --level=1 --raid-devices=N COMPONENTS…\n',
  manage: 'mdadm DEVICE [--add --re-add --add-spare --remove --fail --replace --with] COMPONENTS…\nmdadm DEVICE --run | --stop | --readonly | --readwrite\n',
  misc: 'mdadm --detail | --examine | --query | --examine-bitmap | --zero-superblock | --wait | --wait-clean | --stop | --run | --action=A DEVICES…\n',
  monitor: 'mdadm --monitor [--scan --oneshot --test --daemonise --pid-file=F --delay=S --program=P --mail=M --syslog] [DEVICES…]\n',
  grow: 'mdadm --grow DEVICE [--raid-devices=N --size=K|max --bitmap=internal|none --add COMPONENT]\n',
  incremental: 'mdadm --incremental [--run] COMPONENT | --incremental --run --scan | --incremental --fail NAME\n',
  'auto-detect': 'mdadm --auto-detect\n',
}
export const helpText = (mode: Mode | null): string => `hotspare: a summary of what is modelled; mdadm(8) tells all.\n${HELP[mode ?? 'none']}`

/** Levels by the names that are accepted; the first of each is the one that is printed. */
const LEVELS: readonly (readonly [number, ...string[]])[] = [
  [-1, 'linear'], [0, 'raid0', '0', 'stripe'], [1, 'raid1', '1', 'mirror'], [4, 'raid4', '4'], [5, 'raid5', '5'], [-4, 'multipath', 'mp'], [6, 'raid6', '6'], [10, 'raid10', '10'],
  [-5, 'faulty'], [-100, 'container'],
]
export const levelOf = (name: string): number | null => LEVELS.find(([, ...names]) => names.includes(name))?.[0] ?? null
export const levelName = (level: number): string => LEVELS.find(([number]) => number === level)?.[1] ?? '(null)'

export type MetadataName = '0.90' | '1.0' | '1.1' | '1.2' | '1' | 'imsm' | 'ddf'
/** What -e and `metadata=` mean; null: mdadm does not know it. */
export function metadataOf(text: string): MetadataName | null {
  if (['0', '0.90', '', '00.90', '0.9', '0.91', '0.swap'].includes(text)) return '0.90'
  const short = text.replace(/^0+/, '')
  if (/^1\.0?[012]$/.test(short)) return `1.${short.at(-1) as '0' | '1' | '2'}`
  if (short === 'default') return '1.2'
  if (short === '1') return '1'
  return text === 'imsm' || text === 'ddf' ? text : null
}

export const UPDATES = ['sparc2.2', 'super-minor', 'summaries', 'resync', 'uuid', 'name', 'homehost', 'home-cluster', 'nodes', 'devicesize', 'bitmap', 'no-bitmap', 'bbl', 'no-bbl', 'force-no-bbl', 'ppl',
  'no-ppl', 'metadata', 'revert-reshape', 'layout-original', 'layout-alternate', 'layout-unspecified', 'byteorder']
export const UPDATE_LIST = `Valid --update options are:
     'sparc2.2', 'super-minor', 'uuid', 'name', 'nodes', 'resync',
     'summaries', 'homehost', 'home-cluster', 'byteorder', 'devicesize',
     'bitmap', 'no-bitmap', 'metadata', 'revert-reshape'
     'bbl', 'no-bbl', 'force-no-bbl', 'ppl', 'no-ppl'
     'layout-original', 'layout-alternate', 'layout-unspecified'
`
export const POLICIES = ['unknown', 'none', 'resync', 'bitmap', 'journal', 'ppl']
