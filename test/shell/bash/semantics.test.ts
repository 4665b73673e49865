/** The semantics that bite: where a shell that is nearly bash ends a script, or does not. Each was checked with bash 5.2. */
import { describe, expect, it } from 'vitest'
import { session } from '../battery.ts'

const run = (script: string, files: Record<string, string> = {}) => session({ argv: ['bash', 'x.sh'], files: new Map([['x.sh', script], ...Object.entries(files)]) })
const said = (script: string, files?: Record<string, string>): string => run(script, files).stdout

describe('errexit', () => {
  it('a function called left of || goes on after a command that fails in it', () => {
    expect(said('set -e; f() { false; echo on; }; f || echo handler; echo end')).toBe('on\nend\n')
  })
  it('a function in a condition goes on, and so does one called from it', () => {
    expect(said('set -e; g() { false; echo g; }; f() { g; echo f; }; if f; then echo yes; fi')).toBe('g\nf\nyes\n')
  })
  it('a subshell with set -e of its own that sources a file goes on in an if', () => {
    expect(said('if ( set -e; . ./lib; echo sub ); then echo then; fi', { lib: 'false; echo lib\n' })).toBe('lib\nsub\nthen\n')
  })
  it('the same subshell ends at once where nobody asks for its status', () => {
    expect(said('( set -e; . ./lib; echo sub ); echo "status $?"', { lib: 'false; echo lib\n' })).toBe('status 1\n')
  })
  it('does not reach into a command substitution, but with inherit_errexit', () => {
    expect(said('set -e; x=$(false; echo y); echo "$x"; shopt -s inherit_errexit; x=$(false; echo y); echo never')).toBe('y\n')
  })
  it('an assignment fails with its substitution, one behind local does not', () => {
    expect(said('f() { local v=$(false); echo masked; }; set -e; f; v=$(false); echo never')).toBe('masked\n')
  })
  it('only the last of an and-or list counts, and what follows ! never', () => {
    expect(said('set -e; false && true; ! true; echo on; true && false; echo never')).toBe('on\n')
  })
  it('a group whose and-or list failed before its end does not end the shell; a function that returns that does', () => {
    expect(said('set -e; { false && true; }; echo group; f() { false && true; }; f; echo never')).toBe('group\n')
  })
  it('the EXIT trap sees the status that ended the shell', () => {
    const { stdout, status } = run("set -e; trap 'echo exit $?' EXIT; (exit 5); echo never")
    expect([stdout, status]).toEqual(['exit 5\n', 5])
  })
})

describe('$? and PIPESTATUS', () => {
  it('$? at the entry of a case branch and of a function is that of the command before', () => {
    expect(said('false; case $? in *) echo "in $?";; esac\nf() { echo "entry $?"; }; (exit 3); f')).toBe('in 1\nentry 3\n')
  })
  it('a substitution sets $? within the command that holds it', () => {
    expect(said('true; echo $(exit 4) $?')).toBe('4\n')
  })
  it('a pipeline leaves the status of each part, and pipefail the last that failed', () => {
    expect(said('(exit 2) | true | (exit 3) | true; echo "$? ${PIPESTATUS[*]}"; set -o pipefail; (exit 2) | (exit 3) | true; echo $?')).toBe('0 2 0 3 0\n3\n')
  })
  it('a loop that never ran and an if without a branch leave 0', () => {
    expect(said('false; while false; do :; done; echo $?; if false; then :; fi; echo $?; for x in; do :; done; echo $?')).toBe('0\n0\n0\n')
  })
})

describe('reading', () => {
  it('read takes one line of a file and leaves the rest to the next command', () => {
    expect(said('{ read a; echo "[$a]"; cat; } < f', { f: '1\n2\n3\n' })).toBe('[1]\n2\n3\n')
  })
  it('read takes one line of a pipe and leaves the rest to the next command', () => {
    expect(said("printf '1\\n2\\n3\\n' | { read a; echo \"[$a]\"; cat; }")).toBe('[1]\n2\n3\n')
  })
  it('a script that comes through standard input is read line by line', () => {
    const { stdout } = session({ argv: ['bash'], stdin: 'read x\ndata\necho "got $x"\ncat\nrest\n' })
    expect(stdout).toBe('got data\nrest\n')
  })
  it('the last variable takes all that is left, without white space at its ends', () => {
    expect(said('IFS=: read a b <<< "1:2:3"; echo "$a|$b"; read a b <<< "  x   y  z  "; echo "$a|$b|"')).toBe('1|2:3\nx|y  z|\n')
  })
})

describe('traps and signals', () => {
  it('are forgotten in subshells, but what is ignored stays ignored', () => {
    expect(said("trap 'echo t' USR1; trap '' USR2; ( kill -USR2 $BASHPID; echo on; kill -USR1 $BASHPID; echo never ); echo $?")).toBe('on\n138\n')
  })
  it('run when the command in the foreground is over', () => {
    const { stdout, micros } = run("trap 'echo trap $SECONDS' TERM; (sleep 1; kill $$) & sleep 3; echo end")
    expect(stdout).toBe('trap 3\nend\n')
    expect(micros).toBeGreaterThan(3e6)
  })
  it('interrupt wait, which then is above 128', () => {
    expect(said("trap : TERM; sleep 9 & p=$!; (sleep 1; kill $$) & wait $p; echo $? $SECONDS")).toBe('143 1\n')
  })
  it('the EXIT trap runs at once when a signal that is not trapped ends the shell', () => {
    const { stdout, status } = run("trap 'echo bye $SECONDS' EXIT; (sleep 1; kill $$) & sleep 5; echo never")
    expect([stdout, status]).toEqual(['bye 1\n', 143])
  })
  it('ERR runs where errexit would end the shell, with the line and the command', () => {
    expect(said("trap 'echo \"$LINENO $BASH_COMMAND\"' ERR\nfalse || true\n(exit 3)\nif false; then :; fi\nls   /nofile  2>/dev/null")).toBe('3 ( exit 3 )\n5 ls /nofile 2> /dev/null\n')
  })
  it('a child that a signal killed is told as a shell that is not interactive tells it', () => {
    expect(run("bash -c 'kill -9 $$'\n").stderr).toMatch(/^x\.sh: line 1: +PID Killed +bash -c 'kill -9 \$\$'\n$/)
    expect(run("bash -c 'kill $$'\n").stderr).toBe('Terminated\n')
    expect(run('sleep 9 & kill $!; wait $!; echo $?').stderr).toBe('')
  })
})

describe('words of failures', () => {
  for (const [script, words, status] of [
    ['nosuch', 'x.sh: line 1: nosuch: command not found', 127], ['/etc/passwd', 'x.sh: line 1: /etc/passwd: Permission denied', 126], ['/tmp', 'x.sh: line 1: /tmp: Is a directory', 126],
    ['\necho $((1/0)); echo never', 'x.sh: line 2: 1/0: division by 0 (error token is "0")', 1], ['readonly r=1; r=2; echo never', 'x.sh: line 1: r: readonly variable', 1],
    ['set -u; echo $x', 'x.sh: line 1: x: unbound variable', 1], [': > /no/x', 'x.sh: line 1: /no/x: No such file or directory', 1], ['set -C; : > x.sh', 'x.sh: line 1: x.sh: cannot overwrite existing file', 1],
    ['echo >&9', 'x.sh: line 1: 9: Bad file descriptor', 1], ['cd /no', 'x.sh: line 1: cd: /no: No such file or directory', 1], ['[ 1 -eq x ]', 'x.sh: line 1: [: x: integer expression expected', 2],
    ['f() {\nlocal x\nbreak; }; f', "x.sh: line 3: break: only meaningful in a `for', `while', or `until' loop", 0],
  ] as const)
    it(`${script.replaceAll('\n', '⏎')} says: ${words.slice(6)}`, () => {
      const { stderr, status: got, stdout } = run(script)
      expect([stderr, got, stdout]).toEqual([`${words}\n`, status, ''])
    })
  it('an expansion that fails drops the rest of its line, and the script goes on after it', () => {
    expect(said('f() { echo $((1/0)); echo no; }\nf; echo no\necho "next $?"')).toBe('next 1\n')
  })
})

describe('scopes', () => {
  it('a local variable is seen by what its function calls, and gone afterwards', () => {
    expect(said('g() { v=2; }; f() { local v=1; g; echo $v; }; f; echo "[$v]"')).toBe('2\n[]\n')
  })
  it('assignments before a command see what they replace, and end with it', () => {
    expect(said('P=a; f() { echo $P; }; P=$P:b f; echo $P; export P; P=x bash -c "echo \\$P"; echo $P')).toBe('a:b\na\nx\na\n')
  })
  it('a subshell changes nothing outside, even of arrays', () => {
    expect(said('a=(1 2); declare -A m=([k]=v); x=1; ( a+=(3); m[k]=w; x=2; unset a[0] ); echo "${a[@]} ${m[k]} $x"')).toBe('1 2 v 1\n')
  })
  it('associative arrays are walked in the order of the hash table of bash', () => {
    expect(said('declare -A m; for i in {1..12} foo bar; do m[$i]=1; done; echo ${!m[@]}')).toBe('9 8 7 6 5 4 3 2 1 foo bar 12 10 11\n')
  })
  it('RANDOM draws the numbers of bash from a seed', () => {
    expect(said('RANDOM=42; echo $RANDOM $RANDOM $RANDOM')).toBe('17772 26794 1435\n')
  })
})

it('a pattern remembered with extglob is not taken for another one without', () => {
  expect(run('touch x1 y1; shopt -s extglob; echo *; shopt -u extglob; echo x*\n').stdout).toBe('x.sh x1 y1\nx.sh x1\n')
  expect(run('touch x1 y1; echo x*; shopt -s extglob; echo *\n').stdout).toBe('x.sh x1\nx.sh x1 y1\n')
})
