import { describe, expect, test } from 'vitest'
import { Terminals } from '../../../src/console/terminals.ts'
import { GUEST, mirrored, type Session } from '../mdadm/session.ts'

const sh = (s: Session, text: string, seconds = 60) => s.run(['bash', '-c', text], { seconds })
const out = (s: Session, text: string): string => sh(s, text).out
const err = (s: Session, text: string): [string, number | null] => { const { err: said, status } = sh(s, text); return [said.replace(/ {7}dmesg\(1\).*\n/, ''), status] }
const made = (): Session => { const s = mirrored(); sh(s, 'mke2fs -q -t ext4 -L data /dev/md1'); return s }

describe('a file system on a mirror', () => {
  test('files survive unmount, stop and assembly under another name', () => {
    const s = made()
    expect(sh(s, 'mount /dev/md1 /mnt && mkdir -p /mnt/d/e && echo one > /mnt/d/e/f && ln -s d/e /mnt/l && chmod 640 /mnt/d/e/f && umount /mnt').status).toBe(0)
    expect(out(s, 'ls /mnt')).toBe('')
    expect(err(s, 'mdadm -q --stop /dev/md1; mdadm -q --assemble /dev/md7 /dev/sda3 /dev/sdb3 /dev/sdc3; mount LABEL=data /mnt')).toEqual(['', 0])
    expect(out(s, 'cat /mnt/l/f; stat -c %a /mnt/d/e/f; ls /mnt')).toBe('one\n640\nd\nl\nlost+found\n')
  })
  test('VS-51 each half has the files of when it was last written', () => {
    const s = made()
    sh(s, 'mount /dev/md1 /mnt; echo one > /mnt/f; sync; mdadm -q /dev/md1 --fail /dev/sdb3 --remove /dev/sdb3; echo two > /mnt/f; umount /mnt; mdadm -q --stop /dev/md1')
    expect(sh(s, 'mdadm -q --assemble --run /dev/md1 /dev/sdb3').status).toBe(0)
    expect(out(s, 'mount -o ro /dev/md1 /mnt; cat /mnt/f; umount /mnt')).toBe('one\n')
    expect(out(s, 'mdadm -q --stop /dev/md1; mdadm -q --assemble --run /dev/md1 /dev/sda3; mount -o ro /dev/md1 /mnt; cat /mnt/f')).toBe('two\n')
  })
  test('what was not committed is lost in a crash: sync writes it, and five seconds do', () => {
    const after = (text: string): string => {
      const s = made()
      sh(s, `mount /dev/md1 /mnt; echo kept > /mnt/a; sync; ${text}`)
      s.do({ type: 'md.powerDown', guest: GUEST, how: 'crash' })
      s.do({ type: 'scsi.busDown', guest: GUEST })
      s.do({ type: 'scsi.busUp', guest: GUEST })
      const again = new Terminals(s.sim as never, { media: s.terminals.media })
      Object.assign(s, { terminals: again })
      return out(s, 'mdadm -q --assemble --scan; mount /dev/md1 /mnt 2>/dev/null || mount /dev/md127 /mnt; ls /mnt')
    }
    expect(after('echo new > /mnt/b')).toBe('a\nlost+found\n')
    expect(after('echo new > /mnt/b; sync')).toBe('a\nb\nlost+found\n')
    expect(after('echo new > /mnt/b; sleep 6')).toBe('a\nb\nlost+found\n')
  })
  test('a commit that no member takes makes it read-only; fsync tells, and so does the kernel', () => {
    const s = made()
    sh(s, 'mount /dev/md1 /mnt; mdadm -q /dev/md1 --fail /dev/sdb3 --remove /dev/sdc3')
    s.do({ type: 'scsi.losePath', disk: 'd1' })
    expect(err(s, 'dd if=/dev/zero of=/mnt/x bs=4k count=1 conv=fsync status=none')).toEqual(["dd: fsync failed for '/mnt/x': Input/output error\n", 1])
    expect(err(s, 'echo y > /mnt/y')).toEqual(['bash: line 1: /mnt/y: Read-only file system\n', 1])
    expect(out(s, 'grep /mnt /proc/mounts; dmesg -t | tail -1')).toBe('/dev/md1 /mnt ext4 ro,relatime 0 0\nEXT4-fs (md1): Remounting filesystem read-only\n')
  })
  test('who mounts an array holds it: it is not stopped, and not made anew', () => {
    const s = made()
    sh(s, 'mount /dev/md1 /mnt')
    expect(err(s, 'mdadm --stop /dev/md1')[1]).toBe(1)
    expect(err(s, 'mkfs.ext4 -q /dev/md1')).toEqual(['/dev/md1 is mounted; will not make a filesystem here!\n', 1])
    expect(err(s, 'cd /mnt; umount /mnt')).toEqual(['umount: /mnt: target is busy.\n', 32])
    expect(err(s, 'umount /mnt; mdadm -q --stop /dev/md1')).toEqual(['', 0])
  })
  test.each([
    ['mount /dev/sda3 /mnt', "mount: /mnt: unknown filesystem type 'linux_raid_member'.\n", 32], ['mount -t ext4 /dev/sda3 /mnt', 'mount: /mnt: /dev/sda3 already mounted or mount point busy.\n', 32],
    ['mount /dev/sdz1 /mnt', 'mount: /mnt: special device /dev/sdz1 does not exist.\n', 32], ['mount /dev/md1 /nodir', 'mount: /nodir: mount point does not exist.\n', 32], ['mount UUID=1-2 /mnt', "mount: /mnt: can't find UUID=1-2.\n", 1],
    ['mount -o remount,ro /mnt', 'mount: /mnt: mount point not mounted or bad option.\n', 32], ['umount /mnt', 'umount: /mnt: not mounted.\n', 32], ['umount /nope', 'umount: /nope: no mount point specified.\n', 32], ['mount /opt', "mount: /opt: can't find in /etc/fstab.\n", 1],
    ['dd if=/dev/zero of=/dev/md1 bs=4k count=1 status=none; mount /dev/md1 /mnt', 'mount: /mnt: wrong fs type, bad option, bad superblock on /dev/md1, missing codepage or helper program, or other error.\n', 32],
    ['mount -t nfs host:/x /mnt', 'hotspare: mount -t nfs is not modelled\n', 32], ['swapon /dev/md1', 'swapon: /dev/md1: read swap header failed\n', 255], ['swapoff /dev/md1', 'swapoff: /dev/md1: swapoff failed: Invalid argument\n', 4],
  ])('%s', (command, words, status) => {
    expect(err(made(), command)).toEqual([words, status])
  })
  test('fstab, tmpfs and bind mounts', () => {
    const s = made()
    expect(out(s, "echo 'LABEL=data /srv ext4 noatime 0 2' > /etc/fstab; mount -a; mount /srv 2>/dev/null; findmnt -n /srv; echo x > /srv/x; mount --bind /srv /mnt; cat /mnt/x; umount /mnt /srv; ls /srv")).toBe('/srv /dev/md1 ext4 rw,noatime\nx\n')
    expect(out(s, 'mount -t tmpfs none /srv; echo t > /srv/t; cat /srv/t; umount /srv; ls /srv')).toBe('t\n')
  })
  test('swap is on an array until it is taken away', () => {
    const s = mirrored()
    expect(out(s, 'mkswap -L sw /dev/md1 > /dev/null; swapon LABEL=sw; swapon --show; mdadm --stop /dev/md1 2>/dev/null; echo $?; swapoff -a; swapon --show; mdadm -q --stop /dev/md1; echo $?')).toBe('NAME     TYPE      SIZE USED PRIO\n/dev/md1 partition  90M   0B   -2\n1\n0\n')
  })
})

describe('what block tools say', () => {
  test('the shape of an ext4 is that of mke2fs 1.47', () => {
    const s = mirrored()
    expect(out(s, 'mke2fs -t ext4 -L data /dev/md1 2>/dev/null | head -5 | tail -3; fsck -n /dev/md1; e2fsck -fp /dev/md1')).toBe('Superblock backups stored on blocks: \n\t8193, 24577, 40961, 57345, 73729\n\nfsck from util-linux 2.38.1\ndata: clean, 11/23040 files, 11443/92160 blocks\ndata: 11/23040 files (0.0% non-contiguous), 11443/92160 blocks\n')
  })
  test('blkid and wipefs read it from the device', () => {
    const s = made()
    expect(out(s, 'blkid -o value -s TYPE -s LABEL /dev/md1 /dev/sda3; blkid -L data; wipefs -a /dev/md1; blkid /dev/md1; echo $?')).toBe('data\next4\nlpar1:1\nlinux_raid_member\n/dev/md1\n/dev/md1: 2 bytes were erased at offset 0x00000438 (ext4): 53 ef\n2\n')
  })
  test('lsblk draws members below their disks', () => {
    expect(out(mirrored(), 'lsblk -o NAME,MAJ:MIN,SIZE,RO,TYPE /dev/sdb; lsblk -rno NAME,TYPE /dev/sda')).toBe('NAME    MAJ:MIN  SIZE RO TYPE\nsdb       8:16   128M  0 disk\n|-sdb1    8:17     4M  0 part\n|-sdb2    8:18    32M  0 part\n`-sdb3    8:19    91M  0 part\n  `-md1   9:1     90M  0 raid1\nsda disk\nsda1 part\nsda2 part\nsda3 part\nmd1 raid1\n')
  })
  test('a dump of one disk partitions a new one', () => {
    const s = mirrored()
    sh(s, 'mdadm -q /dev/md1 --fail /dev/sdc3 --remove /dev/sdc3; echo 1 > /sys/block/sdc/device/delete')
    s.do({ type: 'scsi.blankDisk', disk: 'd3' })
    sh(s, 'echo "- - -" > /sys/class/scsi_host/host2/scan')
    expect(out(s, 'ls /dev | grep -c sdc; sfdisk -d /dev/sda | sfdisk -q /dev/sdc; ls /dev | grep -c sdc; mdadm -q /dev/md1 --add /dev/sdc3; echo $?')).toBe('1\n4\n0\n')
    expect(err(s, 'echo "start=2048, size=4096" | sfdisk -f /dev/sdc')).toEqual(['hotspare: sfdisk with another layout than that of the disks of this guest is not modelled\n', 1])
  })
  test('an image in a file is a loop device, and keeps its files', () => {
    expect(out(mirrored(), 'truncate -s 8M /root/i; losetup -f --show /root/i; mkfs.ext4 -q /dev/loop0; mount /dev/loop0 /mnt; echo z > /mnt/z; umount /mnt; losetup -d /dev/loop0; mount /root/i /mnt; cat /mnt/z; umount /mnt; losetup -a')).toBe('/dev/loop0\nz\n')
  })
})

describe('what a partition says of itself', () => {
  test('dmesg and journalctl show, filter and clear', () => {
    const s = made()
    expect(out(s, 'mount /dev/md1 /mnt; umount /mnt; dmesg -t | tail -1; logger -t job done; journalctl -t job -o cat; journalctl -k -n 1 -o cat; dmesg -C; dmesg; timeout 3 dmesg -w; echo $?')).toBe('EXT4-fs (md1): unmounting filesystem.\ndone\nEXT4-fs (md1): unmounting filesystem.\n124\n')
  })
  test('mail stays here, watch shows a frame each interval, units are what the models run', () => {
    const s = made()
    expect(out(s, 'echo lost | mail -s "disk lost" root; grep -c "^Subject: disk lost" /var/mail/root; timeout 5 watch -t -n 2 echo tick; systemctl is-active mdmonitor; systemctl start mdmonitor; systemctl is-active mdmonitor')).toBe('1\ntick\ntick\ntick\ninactive\nactive\n')
    expect(s.sim.world.md.guests[GUEST]!.monitor).toBe(true)
    expect(err(s, 'reboot')).toEqual(['hotspare: reboot without a hypervisor is not modelled\n', 1])
  })
})
