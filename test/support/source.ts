/**
 * The project's own source as data, for the tests that check its style: files with their imports and the words they use.
 * Read with the TypeScript parser, so that comments and strings are never taken for code.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Import { from: string; typeOnly: boolean; line: number }
export interface Source { path: string; text: string; lines: number; imports: Import[]; tree: ts.SourceFile }

/** Paths from the project's root, with slashes, sorted. */
export function filesUnder(folder: string, wanted: (path: string) => boolean): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(wanted).toSorted()
}

export function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  const imports: Import[] = []
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const from = statement.moduleSpecifier
    if (from === undefined || !ts.isStringLiteral(from)) continue
    imports.push({ from: resolve(path, from.text), typeOnly: isTypeOnly(statement), line: lineOf(tree, statement) })
  }
  return { path, text, lines: text.split('\n').length - 1, imports, tree }
}

/** Every node of a file with its line. */
export function walk(source: Source, visit: (node: ts.Node, line: number) => void): void {
  const go = (node: ts.Node): void => {
    visit(node, lineOf(source.tree, node))
    ts.forEachChild(node, go)
  }
  go(source.tree)
}

const lineOf = (tree: ts.SourceFile, node: ts.Node): number => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1

/** A relative import becomes a path from the root; the name of a package stays as it is. */
const resolve = (path: string, specifier: string): string =>
  specifier.startsWith('.') ? normalize(join(dirname(path), specifier)).split(sep).join('/') : specifier

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly
  const clause = statement.importClause
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const names = clause.namedBindings
  return clause.name === undefined && names !== undefined && ts.isNamedImports(names) && names.elements.length > 0
    && names.elements.every(name => name.isTypeOnly)
}
