/**
 * The house keeps itself tidy: who may import whom, words that would make a run depend on the machine it runs on, and the shape of
 * files. The rules are those of ARCHITECTURE.md; whoever changes one changes it there and here.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { filesUnder, readSource, ROOT, walk, type Source } from './support/source.ts'

const sources = filesUnder('src', path => path.endsWith('.ts')).map(readSource)
const byPath = new Map(sources.map(source => [source.path, source]))

/** Layers from the bottom. A file directly under src/ (the library's door) stands above all pure layers. */
const LAYERS: Readonly<Record<string, number>> =
  { base: 0, core: 1, wire: 1, shell: 1, models: 2, console: 3, record: 3, scenario: 3, study: 4, explore: 4, 'index.ts': 5, node: 6, lab: 6 }
const roomOf = (path: string): string => path.split('/')[1]!
const layerOf = (path: string): number => LAYERS[roomOf(path)] ?? NaN

/** Rooms of one layer that may know each other nevertheless. */
const NEIGHBOURS = new Set(['scenario → console', 'explore → study'])
/** The one exception that ARCHITECTURE.md names. */
const ALLOWED = new Set(['src/record/session.ts → scenario'])

/** The only places that may import a package. */
const PACKAGES: readonly (readonly [name: RegExp, where: RegExp])[] = [
  [/^immer$/, /^src\/record\//],
  [/^seedrandom$/, /^src\/core\/rng\.ts$/],
  [/^yaml$/, /^src\/scenario\/load\.ts$/],
  [/^zod$/, /^src\/(models\/|scenario\/|study\/(json-)?schema\.ts$)/],
  [/^unbash$/, /^src\/shell\/syntax\//],
  [/^piscina$/, /^src\/node\//],
  [/^fast-check$/, /^src\/explore\//],
  [/^node:/, /^src\/node\//],
  [/^(commander|picocolors)$/, /^src\/node\//],
]

/** Files longer than this have a reason, stated here. */
const LONGEST = 400
const LONG: Readonly<Record<string, string>> = {}

describe('who may import whom', () => {
  test('every file under src/ lives in a room that has a layer', () => {
    expect(sources.filter(({ path }) => Number.isNaN(layerOf(path))).map(({ path }) => path)).toEqual([])
  })

  test('dependencies point down', () => {
    expect(found(source => source.imports
      .filter(({ from }) => from.startsWith('src/') && !mayImport(source.path, from))
      .map(({ from, line }) => `${source.path}:${line} imports ${from}`))).toEqual([])
  })

  test('a model imports only models further down the stack', () => {
    const stack = byPath.get('src/models/stack.ts')
    expect(stack).toBeDefined()
    const order = /stack = \[([^\]]*)\]/.exec(stack!.text)![1]!.split(',').map(name => name.trim()).filter(name => name !== '')
    const rank = (path: string): number => order.indexOf(path.split('/')[2]!)
    expect(order.length).toBeGreaterThan(7)
    expect(found(source => rank(source.path) < 0 ? [] : source.imports
      .filter(({ from }) => from.startsWith('src/models/') && rank(from) > rank(source.path))
      .map(({ from, line }) => `${source.path}:${line} imports ${from}`))).toEqual([])
  })

  test('a package is imported only where it belongs', () => {
    expect(found(source => source.imports
      .filter(({ from }) => !from.startsWith('src/') && !PACKAGES.some(([name, where]) => name.test(from) && where.test(source.path)))
      .map(({ from, line }) => `${source.path}:${line} imports ${from}`))).toEqual([])
  })

  test('no file imports itself through others, not even types', () => {
    const state = new Map<string, 'open' | 'done'>(), circles: string[] = []
    const visit = (path: string, way: readonly string[]): void => {
      if (state.get(path) === 'done') return
      if (state.get(path) === 'open') return void circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
      state.set(path, 'open')
      for (const { from } of byPath.get(path)?.imports ?? []) visit(from, [...way, path])
      state.set(path, 'done')
    }
    for (const { path } of sources) visit(path, [])
    expect(circles).toEqual([])
  })
})

describe('nothing depends on the machine', () => {
  /** Below src/node these do not exist for the compiler either, apart from what the language itself offers. */
  const GLOBALS = new Set(['Date', 'performance', 'Intl', 'process', 'console', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'Buffer', 'require', 'globalThis', 'WeakRef', 'structuredClone'])
  /** Not bit-identical between engines by the standard. `sqrt`, `floor` and the like are. */
  const INEXACT = new Set(['random', 'log', 'log2', 'log10', 'log1p', 'exp', 'expm1', 'pow', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'cbrt', 'hypot'])

  test('GEN-3 no clock, no foreign randomness, no inexact mathematics, no locale below src/node', () => {
    expect(found(source => layerOf(source.path) > 5 ? [] : words(source, (node, line) => {
      if (ts.isIdentifier(node) && GLOBALS.has(node.text) && isFreeName(node)) return `${source.path}:${line} ${node.text}`
      if (!ts.isPropertyAccessExpression(node)) return undefined
      const { expression, name } = node
      if (ts.isIdentifier(expression) && expression.text === 'Math' && INEXACT.has(name.text)) return `${source.path}:${line} Math.${name.text}`
      return name.text.startsWith('toLocale') || name.text === 'localeCompare' ? `${source.path}:${line} ${name.text}` : undefined
    }))).toEqual([])
  })

  test('powers have a literal base, so that engines agree on them', () => {
    expect(found(source => layerOf(source.path) > 5 ? [] : words(source, (node, line) =>
      ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken && !ts.isNumericLiteral(node.left) && !ts.isBigIntLiteral(node.left)
        ? `${source.path}:${line} ${node.getText(source.tree)}` : undefined))).toEqual([])
  })

  test('models and core never wait: no async below layer 3', () => {
    expect(found(source => layerOf(source.path) > 2 ? [] : words(source, (node, line) =>
      node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitKeyword || (ts.isIdentifier(node) && node.text === 'Promise')
        ? `${source.path}:${line}` : undefined))).toEqual([])
  })

  test('a name is free where it is used, and not where it is only a field', () => {
    const sample = (text: string) => ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2023, true)
    const free = (text: string): number => {
      let n = 0
      const go = (node: ts.Node): void => {
        if (ts.isIdentifier(node) && GLOBALS.has(node.text) && isFreeName(node)) n++
        ts.forEachChild(node, go)
      }
      go(sample(text))
      return n
    }
    expect([free('new Date()'), free('x.process'), free('f(process.env)'), free('({ fetch: 1 })'), free('// Date\n"Date"')]).toEqual([1, 0, 1, 0, 0])
  })
})

describe('the shape of files', () => {
  test('a file says in its first lines what it is', () => {
    expect(sources.filter(({ text }) => {
      const head = /^(?:#![^\n]*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1]
      return head === undefined || head.trim().length < 60 || head.split('\n').length > 12
    }).map(({ path }) => path)).toEqual([])
  })

  test(`no file is longer than ${LONGEST} lines without a reason`, () => {
    const long = [...sources, ...filesUnder('test', path => path.endsWith('.ts')).map(readSource)].filter(({ lines }) => lines > LONGEST)
    expect(long.filter(({ path }) => LONG[path] === undefined).map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([])
    expect(Object.keys(LONG).filter(path => !long.some(source => source.path === path)), 'a reason that is no longer needed').toEqual([])
  })

  test('no semicolon ends a line', () => {
    expect(found(source => [...new Set(words(source, node => {
      const last = node.getLastToken(source.tree)
      if (last?.kind !== ts.SyntaxKind.SemicolonToken || !/^[ \t]*(\/\/[^\n]*)?(\n|$)/.test(source.text.slice(last.end))) return undefined
      return `${source.path}:${source.tree.getLineAndCharacterOfPosition(last.end).line + 1}`
    }))])).toEqual([])
  })

  test('nothing speaks of the machine it was written on', () => {
    const places = new RegExp(['/wo' + 'rk/', '/ho' + 'me/', '/Us' + 'ers/', '/tm' + 'p/w\\b', 'file:/' + '//'].join('|'))
    const text = ['src', 'test', 'scenarios', 'docs', 'bench', '.ci'].flatMap(folder =>
      filesUnder(folder, path => /(\.(ts|md|ya?ml|json|csv|txt|sh|py|cc|cpp)|\/run)$/.test(path) && !path.startsWith('test/golden/')))
    const top = readdirSync(ROOT).filter(name => /\.(md|json)$/.test(name))
    expect([...text, ...top].filter(path => places.test(readFileSync(join(ROOT, path), 'utf8')))).toEqual([])
  })
})

function mayImport(path: string, from: string): boolean {
  const [here, there] = [roomOf(path), roomOf(from)]
  if (here === there) return true
  return layerOf(path) > layerOf(from) || NEIGHBOURS.has(`${here} → ${there}`) || ALLOWED.has(`${path} → ${there}`)
}

const found = (inOne: (source: Source) => string[]): string[] => sources.flatMap(inOne)

function words(source: Source, judge: (node: ts.Node, line: number) => string | undefined): string[] {
  const result: string[] = []
  walk(source, (node, line) => {
    const verdict = judge(node, line)
    if (verdict !== undefined) result.push(verdict)
  })
  return result
}

/** Not the name of a field, a parameter, a declaration: the global itself. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false
  const { name } = parent as { name?: ts.Node }
  return name !== node
}
