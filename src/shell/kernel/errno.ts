/**
 * What a system call of the simulated kernel answers when it fails, as a value, and the words that strerror has for it.
 * Source: errno(3), glibc 2.36.
 */

const TEXTS = {
  EPERM: 'Operation not permitted', ENOENT: 'No such file or directory', ESRCH: 'No such process', EINTR: 'Interrupted system call', EIO: 'Input/output error',
  ENXIO: 'No such device or address', E2BIG: 'Argument list too long', ENOEXEC: 'Exec format error', EBADF: 'Bad file descriptor', ECHILD: 'No child processes',
  EAGAIN: 'Resource temporarily unavailable', ENOMEM: 'Cannot allocate memory', EACCES: 'Permission denied', EBUSY: 'Device or resource busy', EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link', ENODEV: 'No such device', ENOTDIR: 'Not a directory', EISDIR: 'Is a directory', EINVAL: 'Invalid argument', EMFILE: 'Too many open files',
  ENOTTY: 'Inappropriate ioctl for device', EFBIG: 'File too large', ENOSPC: 'No space left on device', ESPIPE: 'Illegal seek', EROFS: 'Read-only file system',
  EPIPE: 'Broken pipe', ERANGE: 'Numerical result out of range', ENAMETOOLONG: 'File name too long', ENOTEMPTY: 'Directory not empty', ELOOP: 'Too many levels of symbolic links',
  EOPNOTSUPP: 'Operation not supported', ETIMEDOUT: 'Connection timed out', EWOULDBLOCK: 'Resource temporarily unavailable',
} as const
export type Errno = keyof typeof TEXTS

/** One frozen object for each, so that `answer === E.ENOENT` works and nothing is allocated. */
export interface Failure { readonly errno: Errno; readonly text: string }
export const E: { readonly [K in Errno]: Failure & { readonly errno: K } } =
  Object.freeze(Object.fromEntries(Object.entries(TEXTS).map(([errno, text]) => [errno, Object.freeze({ errno, text })]))) as never

export function failed<T>(answer: T | Failure): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'errno' in answer
}
