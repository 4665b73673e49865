/**
 * Scripts into trees: what bash calls a syntax error, where it stops, and which lines run before; what the tree holds. `errors.json` has been asked of
 * bash 5.2.15 (`bash -n`).
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseScript } from '../../../src/shell/syntax/parse.ts'
import type { Command, Part, Simple, Word } from '../../../src/shell/syntax/tree.ts'

const recorded = JSON.parse(readFileSync(new URL('./errors.json', import.meta.url), 'utf8')) as { script: string; says: string }[]
const said = (script: string): string => {
  const { fault } = parseScript(script)
  return fault === null ? '' : fault.messages.map(each => `line ${fault.line}: ${each}`).join('\n')
}
const commands = (script: string): Command[] => parseScript(script).units.flatMap(unit => unit.list.flatMap(each => each.pipelines.flatMap(({ commands: all }) => all)))
const simple = (script: string): Simple => commands(script)[0] as Simple
const shape = (parts: readonly Part[]): string => parts.map(part => part.kind === 'text' ? part.quoted ? `'${part.text}'` : part.text : part.kind === 'double' ? `"${shape(part.parts)}"`
  : part.kind === 'parameter' ? `<${part.name}>` : part.kind === 'arithmetic' ? `(${part.expression.text})` : `[${part.kind}]`).join('')
const word = (text: string): Word => simple(`x ${text}`).words[1]!

describe('syntax errors', () => {
  test('are those of bash, in its words and on its lines; what bash takes is taken', () => {
    for (const { script, says } of recorded) expect({ script, says: said(script) }).toEqual({ script, says })
  })
  test('come after the lines before them', () => {
    const { units, fault } = parseScript('echo a\necho b; echo c\nif x; then\necho d\nfi fi\necho e\n')
    expect(units.map(({ line, list }) => [line, list.length])).toEqual([[1, 1], [2, 2]])
    expect(fault).toEqual({ line: 5, status: 2, messages: ["syntax error near unexpected token `fi'", "`fi fi'"] })
  })
  test('inside $(…) they are those of the command that holds it; inside `…` only of what runs there', () => {
    expect(said('echo a; echo $(fi)')).toContain("near unexpected token `fi'")
    const part = simple('echo `fi`').words[1]!.parts[0]!
    expect(part.kind === 'command' && part.script.fault?.messages[0]).toBe("syntax error near unexpected token `fi'")
  })
  test('dash has its own words', () => {
    const sh = (script: string): unknown => parseScript(script, { dialect: 'sh' }).fault
    expect(sh('echo a\nif true\nthen echo\n')).toEqual({ line: 4, status: 2, messages: ['Syntax error: end of file unexpected (expecting "fi")'] })
    expect(sh('x=(a b)')).toEqual({ line: 1, status: 2, messages: ['Syntax error: "(" unexpected'] })
    expect(sh('cat <<<a')).toEqual({ line: 1, status: 2, messages: ['Syntax error: redirection unexpected'] })
    expect(sh('cat <(ls)')).toEqual({ line: 1, status: 2, messages: ['Syntax error: "(" unexpected'] })
    expect(sh("echo 'a")).toEqual({ line: 1, status: 2, messages: ['Syntax error: Unterminated quoted string'] })
    expect(sh('for i in a; do echo $i; done; [ a ] || { b; }')).toBeNull()
  })
  test('groups of extglob are one only where extglob is off, and never in [[ ]], arithmetic or ${…}', () => {
    const faults = (script: string): (string | undefined)[] => parseScript(script).units.map(({ withoutExtglob }) => withoutExtglob?.messages[0])
    expect(faults('echo a\necho @(a|b)\n')).toEqual([undefined, "syntax error near unexpected token `('"])
    expect(faults('[[ a == @(a|b) ]]; a[2*(3)]=5; echo $((2*(3))) ${x##+(a)} "@(a)"')).toEqual([undefined])
  })
  test('a here-document that the file ends is a warning', () => {
    expect(parseScript('echo\ncat <<EOF\nabc\n').units[1]!.warnings).toEqual([{ line: 3, message: "warning: here-document at line 2 delimited by end-of-file (wanted `EOF')" }])
  })
})

describe('trees', () => {
  test('a word without anything to expand knows its text', () => {
    expect(['abc', "'a b'", '"a b"', 'a\\ b', "a'*'b", '$\'\\t\'', '""', '\\~', '"$"', 'a\\\nb'].map(each => word(each).literal)).toEqual(['abc', 'a b', 'a b', 'a b', 'a*b', '\t', '', '~', '$', 'ab'])
    expect(['*', '[ab]', '~', '$x', '"$x"', '{a,b}', '`x`', '$((1))', '@(a)'].map(each => word(each).literal)).toEqual(Array(9).fill(null))
  })
  test('quoting is kept piece by piece', () => {
    expect(shape(word('a"b$x"\'c d\'\\e*${y}').parts)).toBe('a"\'b\'<x>"\'c de\'*<y>')

    expect(shape(word('"a\\\nb\\$c\\d"').parts)).toBe('"\'ab$c\\d\'"')
    expect(shape(word('@(a|"*")[!"]"]').parts)).toBe('@(a|"\'*\'")[!"\']\'"]')
  })
  test('only words with a substitution that runs something can wait', () => {
    expect(['$(a)', '"`a`"', '<(a)', '${x:-$(a)}', '${x[$(a)]}', '$(( $(a) ))', '${x/$(a)/b}'].map(each => word(each).blocks)).toEqual(Array(7).fill(true))
    expect(['$a', '${x:-y}', '$((1))', 'a'].map(each => word(each).blocks)).toEqual(Array(4).fill(false))
  })
  test('statements know their lines, also inside substitutions and functions', () => {
    const [f] = commands('\n\nf() {\n  a\n  b $(\n   c\n  )\n}\n')
    expect(f!.kind === 'function' && f.line).toBe(3)
    const body = f!.kind === 'function' && f.body.kind === 'group' ? f.body.body : []
    expect(body.map(each => each.line)).toEqual([4, 5])
    const part = (body[1]!.pipelines[0]!.commands[0] as Simple).words[1]!.parts[0]!
    expect(part.kind === 'command' && part.script.units[0]!.line).toBe(6)
    expect(parseScript('a\nb', { firstLine: 40 }).units.map(unit => unit.line)).toEqual([40, 41])
  })
  test('carriage returns are ordinary characters, and so are bytes above 0x7f', () => {
    expect(simple('a\r\n').words.map(each => each.literal)).toEqual(['a\r'])
    expect(simple('echo \xa0x y\xe9').words.map(each => each.literal)).toEqual(['echo', '\xa0x', 'y\xe9'])
  })
  test('assignments: append, elements, arrays; after declare they belong to the word', () => {
    const { assignments } = simple("a=1 b+=2 c[i+1]=3 d=(x [k 1]='y z' [2]+=w)")
    expect(assignments.map(({ name, append, subscript }) => [name, append, subscript?.text])).toEqual([['a', false, undefined], ['b', true, undefined], ['c', false, 'i+1'], ['d', false, undefined]])
    const elements = assignments[3]!.value
    expect(Array.isArray(elements) && elements.map(each => [each.subscript?.key.literal, each.append, each.value.literal])).toEqual([[undefined, false, 'x'], ['k 1', false, 'y z'], ['2', true, 'w']])
    expect(simple('declare -a x=(1 2) y').words.map(each => each.assignment?.name)).toEqual([undefined, undefined, 'x', undefined])
  })
  test('redirections in their order', () => {
    expect(simple('a 2>&1 >x {fd}<y <<<z &>w').redirections.map(each => [each.kind, each.kind === 'file' ? each.operator : '', each.fd, each.fdName])).toEqual([
      ['file', '>&', 2, null], ['file', '>', null, null], ['file', '<', null, 'fd'], ['here-string', '', null, null], ['file', '&>', null, null]])
  })
  test('here-documents: expanded or not, tabs stripped or not', () => {
    const body = (script: string): string => {
      const [first] = simple(script).redirections
      return first?.kind === 'here-document' ? shape(first.body.parts) : ''
    }
    expect(body('cat <<E\n a $x \\$y "q" \\\\ \'z\'\nE\n')).toBe("' a '<x>' $y \"q\" \\ 'z'\n'")
    expect(body("cat <<'E'\n a $x \\$y\nE\n")).toBe("' a $x \\$y\n'")
    expect(body('cat <<-E\n\t\ta\n\tb $x\tc\n\tE\n')).toBe("'a\nb '<x>'\tc\n'")
  })
  test('[[ ]]: && binds before ||, = and =~ keep their quoting', () => {
    const [test1] = commands('[[ a || b && ! c ]]')
    expect(test1).toMatchObject({ kind: 'conditional', test: { kind: 'or', left: { kind: 'unary', operator: '-n' }, right: { kind: 'and', right: { kind: 'not' } } } })
    const [test2] = commands('[[ $x =~ ^(a|b)"."c$ ]]')
    expect(test2!.kind === 'conditional' && test2.test.kind === 'binary' && shape(test2.test.right.parts)).toBe('^(a|b)"\'.\'"c$')
  })
  test('the same text is parsed once', () => {
    expect(parseScript('echo memo')).toBe(parseScript('echo memo'))
    expect(parseScript('echo memo', { firstLine: 2 })).not.toBe(parseScript('echo memo'))
  })
})
