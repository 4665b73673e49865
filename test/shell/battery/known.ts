/**
 * Cases of the battery in which the simulated shell is known to differ from the real one, each with its reason. A case that no longer differs must go:
 * the test says so. `topic: name of the case` → why.
 */
export const KNOWN: ReadonlyMap<string, string> = new Map<string, string>([
  ['awk: lsscsi columns', 'mawk 1.3.4 20200120 takes the bracket expression [][:] for a bad class; ours reads it as POSIX says'],
  ['awk: gawk: intervals, nextfile, delete, printf and PROCINFO order', 'gawk\'s status after a fatal error is given by us as 2 where its version here gave 1'],
  ['awk: gawk: errors and statuses', 'gawk\'s status after a fatal error is given by us as 2 where its version here gave 1'],
  ['errors: redirections that fail: sed p <<< x > /dev/full; echo "status $?"', 'sed does not tell that its output could not be written'],
  ['files: true, false and their help', 'the program true does not know --version'],
  ['printing: the program in /usr/bin', 'the program echo has no --help, the program printf no %q'],
  ['text: diff', 'diff -B is not modelled, and says so'],
])
/** The same for what a case prints on stderr only. */
export const KNOWN_STDERR: ReadonlyMap<string, string> = new Map<string, string>([
  ['awk: errors', 'a regular expression that does not compile is worded as POSIX has it'],
  ['dash: bashisms that fail', 'messages from inside eval lack the word eval in sh'],
  ['dash: small things that differ: echo $(( 1 + ))', 'the blank before the expression is not shown'],
  ['errors: syntax errors: ((1+)', 'the line at which bash notices the end of the file'],
  ['errors: redirections that fail: cat <&-; echo "status $?"', 'cat does not close its input with a complaint'],
  ['errors: redirections that fail: cat /etc/passwd >&-; echo "status $?"', 'cat says write error where it says standard output'],
  ['errors: tools that complain: grep \'[\' /dev/null; echo "status $?"', 'grep\'s words for a lone [ differ'],
  ['errors: tools that complain: sed; echo "status $?"', 'sed\'s usage is not given in full'],
  ['errors: tools that complain: awk; echo "status $?"', 'awk\'s usage names the name it was called by'],
  ['files: rm and rmdir', 'rm does not suggest ./-x'],
  ['printing: bad formats', 'bash\'s printf shows the character after the one that is wrong'],
  ['sed: errors', 'sed\'s usage is not given in full'],
])
