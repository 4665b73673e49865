/**
 * Files of /etc that scripts read to find out where they are: those of a minimal Debian 12. Texts are facts of that system, shortened.
 */
import { directory, symlink, type Node } from '../kernel/tree.ts'
import { text, type Makers } from './shelf.ts'

const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`
const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
mail:x:8:
kmem:x:15:
dialout:x:20:
cdrom:x:24:
sudo:x:27:
www-data:x:33:
backup:x:34:
shadow:x:42:
utmp:x:43:
staff:x:50:
users:x:100:
nogroup:x:65534:
`
export const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`
const PROFILE = `# /etc/profile: system-wide .profile file for the Bourne shell (sh(1))
PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export PATH
`
const dir = () => (): Node => directory()

export const ETC: Makers = new Map<string, () => Node>([
  ['passwd', text(PASSWD)], ['group', text(GROUP)], ['shadow', text('root:*:20000:0:99999:7:::\n', 0o640)],
  ['os-release', () => symlink('../usr/lib/os-release')], ['debian_version', text('12.11\n')], ['issue', text('Debian GNU/Linux 12 \\n \\l\n\n')], ['issue.net', text('Debian GNU/Linux 12\n')],
  ['fstab', text('# <file system> <mount point> <type> <options> <dump> <pass>\n')], ['mtab', () => symlink('../proc/self/mounts')],
  ['profile', text(PROFILE)], ['bash.bashrc', text('')], ['environment', text('')], ['shells', text('# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n')],
  ['resolv.conf', text('')], ['nsswitch.conf', text('passwd:         files\ngroup:          files\nhosts:          files dns\n')], ['networks', text('default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n')],
  ['timezone', text('Etc/UTC\n')], ['localtime', () => symlink('/usr/share/zoneinfo/Etc/UTC')], ['machine-id', text('5f1c0f8d6c1b4b5f9a3e2d7c8b6a5940\n', 0o444)],
  ['crontab', text('# /etc/crontab: system-wide crontab\nSHELL=/bin/sh\nPATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n')],
  ['cron.d', dir()], ['cron.daily', dir()], ['cron.hourly', dir()], ['cron.weekly', dir()], ['cron.monthly', dir()], ['default', dir()], ['init.d', dir()], ['profile.d', dir()],
  ['skel', dir()], ['opt', dir()], ['sysctl.d', dir()], ['modprobe.d', dir()], ['modules-load.d', dir()], ['udev', () => directory({ 'rules.d': directory() })], ['systemd', () => directory({ system: directory() })],
])
