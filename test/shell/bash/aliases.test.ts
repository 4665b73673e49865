/** Aliases: what they stand for, where they count, and when what is read has them. */
import { expect, it } from 'vitest'
import { session } from '../battery.ts'

const run = (script: string, shell = 'bash') => session({ argv: [shell, '-s'], stdin: script }).stdout
const file = (script: string, shell = 'bash') => session({ argv: [shell, 'case.sh'], files: new Map([['case.sh', script]]) })

it('are expanded in scripts only where expand_aliases is set, from the next line on', () => {
  expect(file("alias e='echo E'\ne a\n")).toMatchObject({ status: 127, stdout: '' })
  expect(file("shopt -s expand_aliases\nalias e='echo E'; e a 2> /dev/null\ne b\n").stdout).toBe('E b\n')
  expect(file("alias e='echo E'\ne a\n", 'dash').stdout).toBe('E a\n')
})
it('are expanded when a function is read, not when it runs', () => {
  expect(file("shopt -s expand_aliases\nalias e='echo one'\nf() { e; }\nalias e='echo two'\nf; e\n").stdout).toBe('one\ntwo\n')
})
it('stand for what may hold other aliases, but not themselves', () => {
  expect(file("shopt -s expand_aliases\nalias a=b b='echo b' echo='echo E'\na x\n").stdout).toBe('E b x\n')
})
it('that end in a blank have the next word looked at', () => {
  expect(file("shopt -s expand_aliases\nalias run='command ' e='echo E'\nrun e x; run f || echo no\n").stdout).toBe('E x\nno\n')
})
it('may open and close compound commands and hold more than one command', () => {
  expect(file("shopt -s expand_aliases\nalias begin='{' end='}' two='echo 1\necho 2'\nbegin two; end | cat\necho $LINENO\n").stdout).toBe('1\n2\n5\n')
})
it('count inside substitutions, eval and standard input', () => {
  expect(run("shopt -s expand_aliases\nalias e='echo E'\nx=$(e s); y=`e t`; echo \"$x $y\"; eval 'e v'; cat <(e w)\n")).toBe('E s E t\nE v\nE w\n')
})
it('are not found where a word is quoted or is no command', () => {
  expect(file("shopt -s expand_aliases\nalias e='echo E'\n\\e 2> /dev/null; 'e' 2> /dev/null; echo e; for e in e; do echo $e; done\n").stdout).toBe('e\ne\n')
})
