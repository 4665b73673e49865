/** Mail of a partition: nothing leaves it, every message is kept in /var/mail as mbox(5), one file for each address. */
import { failed } from '../shell/kernel/errno.ts'
import { regularFile } from '../shell/kernel/tree.ts'
import type { Partition } from './partition.ts'
import { ctime } from './commands/mdadm/ctime.ts'

/** `root`, `root@lpar1` and `root@localhost` are the same box. */
export function boxOf({ machine }: Partition, address: string): string {
  const [, user = address, host] = /^(.*)@([^@]*)$/.exec(address.trim()) ?? []
  const local = host === undefined || host === 'localhost' || host === machine.hostname
  return `/var/mail/${(local ? user : address.trim()).replace(/[^\w.@+-]/g, '_') || 'root'}`
}
/** `text` is a whole message: headers, an empty line, the body. */
export function deliver(partition: Partition, address: string, text: string, from = 'root'): void {
  const { machine } = partition, path = boxOf(partition, address), node = machine.tree.find(path, machine.tree.root)
  const entry = `From ${from}@${machine.hostname}  ${ctime(machine.unixSeconds())}\n${text.replace(/^(>*From )/gm, '>$1').replace(/\n*$/, '\n')}\n`
  if (machine.account(entry.length) !== undefined) return
  if (!failed(node) && node.kind === 'file') {
    node.content += entry
    node.mtime = machine.unixSeconds()
  } else machine.tree.put(path, regularFile(entry, 0o660, machine.unixSeconds()))
}
