/**
 * Scripts drawn at random, for comparison with the real bash: every one ends (loops are bounded, functions call only those above them), uses what a
 * fresh directory holds (f1 f2 'x y' a.txt), and shows what it did. Nothing depends on time or process ids.
 */
import fc, { type Arbitrary } from 'fast-check'

const of = <T>(...values: T[]): Arbitrary<T> => fc.constantFrom(...values)
/** A template whose holes are drawn: `t`echo ${word}`. */
function t(strings: TemplateStringsArray, ...holes: Arbitrary<string>[]): Arbitrary<string> {
  return holes.length === 0 ? fc.constant(strings[0]!) : fc.tuple(...holes).map(values => strings.map((s, i) => s + (values[i] ?? '')).join(''))
}
const some = (one: Arbitrary<string>, min: number, max: number, separator = ' '): Arbitrary<string> =>
  fc.array(one, { minLength: min, maxLength: max }).map(all => all.join(separator))

const name = of('a', 'b', 'c', 'n', 'm')
/** A loop with a counter of its own, as far as chance allows. */
const counted = (body: Arbitrary<string>): Arbitrary<string> => fc.tuple(fc.nat(9999), body, fc.boolean()).map(([k, inside, until]) =>
  until ? `k${k}=3; until ((--k${k} <= 0)); do ${inside}; done` : `k${k}=0; while ((k${k}++ < 2)); do ${inside}; done`)
const literal = of('x', 'foo', 'a b', '12', '-n', 'k=v', '/p/q.r', 'b*', '0', '-3', 'A1', 'f1', 'zz', '[x]', '', 'a:b::c', '  s  ', 'é', '\\', 'a\\*b', '*', '?1')
const quoted = literal.map(text => `'${text}'`)
const bare = of('x', 'foo', '12', '-1', 'k=v', '/p/q.r', 'A1', 'f1', 'zz', 'a.b.c', 'x\\ y', '\\*', 'yes', '0', 'foobar', '+', 'a:b')
const globs = of('*', 'f?', '[a-f]*', '*.txt', 'none*', '*y', '{a,b}{1,2}', '{1..3}', '{a,x}y', 'a{,b}', '~', 'f[!1]')
const pattern = of('*', '?', 'a', 'o*', '*o', '[a-c]', '[!a]', 'f*', '*.*', '.*', '/', 'x', '[[:digit:]]', '"*"', '\\*', 'b', '" "', ':*', '*:', '?(a)', '$a', '"$b"')
const number = of('0', '1', '2', '3', '-1', '7', '10', '255', '08', '0x1f', '9223372036854775807', '4294967296', '2#101')
const small = of('0', '1', '2', '3', '-1')

const { arith, word, dq, command, block, test, cond } = fc.letrec<Record<'arith' | 'word' | 'dq' | 'command' | 'block' | 'test' | 'cond' | 'expansion' | 'inner', string>>(tie => {
  const w = tie('word'), words = (min = 0, max = 3): Arbitrary<string> => some(w, min, max), c = tie('command')
  const ar = tie('arith'), body = tie('block')
  return {
    arith: fc.oneof({ depthSize: 'small', withCrossShrink: true }, number, name, t`$${name}`, t`${ar}${of('+', '-', '*', '/', '%', '<<', '>>', '<', '>', '<=', '>=', '==', '!=', '&', '|', '^', '&&', '||', ' + ', ' - ')}${ar}`,
      t`(${ar})`, t`${of('-', '!', '~', '+')}${name}`, t`${name}${of('++', '--')}`, t`${of('++', '--')}${name}`, t`${name}${of('=', '+=', '-=', '*=', '|=', '<<=')}${small}`, t`${ar}?${ar}:${ar}`,
      t`${small}**${of('0', '1', '2', '5')}`, t`r[${small}]`, t`${of('${#')}${name}}`, t`${ar},${ar}`),
    expansion: fc.oneof({ withCrossShrink: true }, t`$${name}`, t`${of('${')}${name}${of(':-', '-', ':+', '+', ':=', '=')}${tie('inner')}}`, t`${of('${')}${name}${of('#', '##', '%', '%%')}${pattern}}`,
      t`${of('${')}${name}${of('/', '//', '/#', '/%')}${pattern}/${tie('inner')}}`, t`${of('${#')}${name}}`, t`${of('${')}${name}:${small}}`, t`${of('${')}${name}: ${small}:${small}}`, t`${of('${')}${name}${of('^', '^^', ',', ',,', '@Q', '@U')}}`,
      of('$#', '$?', '$*', '$@', '$1', '${2}', '${r[0]}', '${r[1]}', '${r[-1]}', '${#r[@]}', '${r[@]}', '${r[*]}', '${!r[@]}', '${r[@]:1}', '${r[@]#?}', '${@:2}', '${*/x/y}', '${!a}', '${#r[1]}', '$-', '${m[k]}', '${h[x y]}', '${!h[@]}', '${h[@]}', '$LINENO', '${*:1:2}', '${r[*]^^}'),
      t`$((${ar}))`, t`$(${c})`, t`\`${of('echo x', 'echo "a  b"', 'printf "%s\\n\\n" y', 'false')}\``),
    inner: fc.oneof({ withCrossShrink: true }, bare.filter(text => !/[/}]/.test(text)), quoted.filter(text => !text.includes('/')), tie('expansion'), t`"${tie('expansion')}"`, of('', 'x y', '"x  y"')),
    dq: fc.array(fc.oneof(tie('expansion'), of('x', ' ', 'a b', '\\"', '\\$', "'", '*', '\\\\', 'é', ':')), { minLength: 0, maxLength: 3 }).map(parts => `"${parts.join('')}"`),
    word: fc.oneof({ withCrossShrink: true }, bare, quoted, tie('expansion'), tie('dq'), globs, of("$'a\\tb'", "$'\\x41\\'q'", "''", '""'), fc.tuple(w, w).map(([a, b]) => a + b), t`${bare}${tie('expansion')}`),
    test: fc.oneof({ withCrossShrink: true }, t`[ ${tie('dq')} ${of('=', '!=')} ${tie('dq')} ]`, t`[ ${of('-n', '-z', '-f', '-e', '-d')} ${tie('dq')} ]`, t`[ ${w} ]`, t`[ ${small} ${of('-eq', '-lt', '-gt', '-ne', '-le', '-ge')} ${w} ]`,
      t`[[ ${w} ${of('==', '!=', '<', '>')} ${fc.oneof(pattern, w)} ]]`, t`[[ ${of('-n', '-z', '-f', '-v')} ${fc.oneof(name, tie('dq'))} ]]`, t`[[ ${ar.filter(text => !/[\s<>()&|!]/.test(text))} ${of('-eq', '-lt', '-gt')} ${small} ]]`,
      t`[[ ${w} =~ ${of('a', '^[a-z]+$', '(a|b)(.)?', '[0-9]+', '"."', '$a', 'o{2}')} ]]`, t`((${ar}))`, t`[[ ${name} == x || ! -z $${name} && $${name} != ${pattern} ]]`),
    cond: fc.oneof({ withCrossShrink: true }, tie('test'), of('true', 'false', '! true', '! false', '(exit 2)', ':'), c, t`${c} | ${of('cat', 'grep -q x', 'false')}`, t`${tie('test')} ${of('&&', '||')} ${c}`),
    command: fc.oneof({ depthSize: 'small', withCrossShrink: true, maxDepth: 4 },
      t`echo ${words(0, 3)}`, t`printf '<%s>' ${words(0, 3)}; echo`, t`${name}=${w}`, t`${name}+=${w}`, t`${name}=${w} ${name}=${w}`, t`r=(${words(0, 3)})`, t`r[${small}]=${w}`, t`r+=(${words(1, 2)})`, t`set -- ${words(0, 3)}`,
      of('true', 'false', '(exit 3)', 'shift', ':', 'echo "$?"', 'echo "$# $*"', 'declare -p a b r', 'unset a', 'unset "r[1]"', 'set -e', 'set +e', 'set -u', 'set +u', 'set -o pipefail', 'set -f', 'set +f', 'IFS=:', 'IFS=', 'unset IFS', 'IFS=" :"', 'return 3', 'break', 'continue', 'trap \'echo "bye $?"\' EXIT', 'echo "${PIPESTATUS[*]}"', 'shopt -s nullglob', 'trap \'echo "err $?"\' ERR', 'set -E', 'exit 4', 'h[k]=v h["x y"]=w', 'cat f1', 'shopt -s nocasematch', 'wait', 'cd .', 'declare -p h'),
      t`((${ar}))`, t`let ${small}+${name}`, t`echo $((${ar}))`, tie('test'), t`f ${words(0, 2)}`, t`g ${words(0, 2)}`, t`read ${of('-r ', '', '-ra r ', '-n 2 ', '-d : ')}${name} <<< ${w}`, t`IFS=: read -r ${name} b <<< ${w}`,
      t`local ${name}=${w}`, t`declare ${of('-i', '-u', '-l', '-x', '-r', '-a')} ${of('q', 'v', 'a')}=${w}`, t`eval ${quoted}`, t`eval "${of('echo \\$a', 'a=1', 'false')}"`, t`printf -v ${name} '%s-%s' ${words(0, 2)}`, t`printf ${of("'%d\\n'", "'%5s|%-4s|\\n'", "'%b\\n'", "'%q\\n'", "'%x %o\\n'", "'%.2s\\n'", "'%s %d\\n'")} ${words(0, 3)}`,
      t`if ${tie('cond')}; then ${body}; fi`, t`if ${tie('cond')}; then ${body}; else ${body}; fi`, t`for ${name} in ${words(0, 3)}; do ${body}; done`, t`for ((i=0; i<${of('0', '1', '2', '3')}; i++)); do ${body}; done`,
      counted(body), t`case ${w} in ${pattern}) ${body};; ${pattern}|${pattern}) ${body}${of(';;', ';&', ';;&')} *) ${body};; esac`,
      t`{ ${body}; }`, t`( ${body} )`, t`${c} && ${c}`, t`${c} || ${c}`, t`! ${c}`, t`${c} | ${of('cat', 'tr a-z A-Z', 'while read -r l; do echo "[$l]"; done', 'sort', 'wc -l', 'sed s/a/X/', 'head -n 1', '{ read x; echo "$x"; }')}`, t`${c} | ${c}`,
      t`${c} > o; cat o`, t`${c} 2>&1`, t`${c} 2>/dev/null`, t`{ ${body}; } > o 2>&1; cat o`, t`cat << E\n${tie('dq').map(text => text.slice(1, -1))}\n$${name} $((${ar}))\nE\n`, t`cat <<< ${w}`, t`while read -r l; do echo "<$l>"; done <<< ${w}`, t`mapfile -t r <<< ${w}`, t`cat < ${w}`,
      t`x=$(${body}); echo "$? $x"`, t`${name}=${w} eval 'echo "$a"'`, t`{ ${body}; } & wait $!\n`, t`while read -r l; do ${c}; done < <(printf '1\\n2\\n')`, t`time_=${w}; echo "$time_"`, t`cat <(${c})`, t`${name}=(${words(1, 2)})`, t`unset ${name}`, t`echo ${w} >> o; cat o`),
    block: fc.array(c, { minLength: 1, maxLength: 3 }).map(all => all.map(each => each.endsWith('\n') ? each : `${each}\n`).join('').replace(/\n$/, '')).map(text => text.endsWith('E') && text.includes('<< E') ? `${text}\n:` : text),
  }
})
void arith, word, dq, test, cond

const statements = (min: number, max: number): Arbitrary<string> => some(fc.oneof({ weight: 6, arbitrary: command }, { weight: 1, arbitrary: block }), min, max, '\n')
export const script: Arbitrary<string> = fc.tuple(statements(0, 2), statements(0, 2), statements(1, 6)).map(([f, g, main]) =>
  `shopt -s extglob; declare -A h\na='x y' b=foo.bar n=3 m= r=(p 'q r' s)\nf() {\n${f || ':'}\n}\ng() {\n${g ? g.replace(/\bg /g, 'f ') : ':'}\n}\n`.replace(/^(f\(\) \{\n)([^]*?)(\n\}\ng)/m, (_, a: string, b: string, c: string) => a + b.replace(/\b[fg] /g, 'echo ') + c) + `${main}\necho "end $? [$a][$b][$c][$n][$m]" "\${r[@]}"\n`)
