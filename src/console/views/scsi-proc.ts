/** What a SCSI bus says of its disks: /proc/scsi/scsi as the kernel writes it (scsi_proc.c), and lsscsi (0.31). */
import type { GuestId } from '../../models/hypervisor/state.ts'
import type { DeviceId, ScsiView } from '../../models/scsi/state.ts'

/** What a disk says of itself. */
export interface Inquiry { readonly vendor: string; readonly model: string; readonly revision: string; readonly ansi: number }
export const VDASD: Inquiry = { vendor: 'IBM', model: 'VDASD', revision: '0001', ansi: 5 }

const two = (n: number): string => String(n).padStart(2, '0')

export function procScsi(scsi: ScsiView, guest: GuestId, inquiry = VDASD): string {
  const bus = scsi.buses[guest]
  const entries = (bus?.devices ?? []).map(device => {
    const d = scsi.disks[scsi.devices[device]!.disk]!
    return `Host: scsi${d.host} Channel: ${two(d.channel)} Id: ${two(d.id)} Lun: ${two(d.lun)}\n` +
      `  Vendor: ${inquiry.vendor.padEnd(8)} Model: ${inquiry.model.padEnd(16)} Rev: ${inquiry.revision.padEnd(4)}\n` +
      `  Type:   Direct-Access                    ANSI  SCSI revision: ${two(inquiry.ansi)}\n`
  })
  return `Attached devices:\n${entries.join('')}`
}

export function lsscsi(scsi: ScsiView, guest: GuestId, inquiry = VDASD): string {
  const address = (device: DeviceId) => scsi.disks[scsi.devices[device]!.disk]!
  const sorted = [...(scsi.buses[guest]?.devices ?? [])].sort((x, y) => {
    const a = address(x), b = address(y)
    return a.host - b.host || a.channel - b.channel || a.id - b.id || a.lun - b.lun
  })
  return sorted.map(device => {
    const d = address(device)
    return `${`[${d.host}:${d.channel}:${d.id}:${d.lun}]`.padEnd(13)}disk    ${inquiry.vendor.padEnd(8)} ${inquiry.model.padEnd(16)} ${inquiry.revision.padEnd(4)}  /dev/${scsi.devices[device]!.name} \n`
  }).join('')
}
