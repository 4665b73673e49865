/**
 * The tree of an awk program, as the parser makes it and compile.ts turns into closures. Names are resolved: each knows its place.
 * Every node has its kind in `k`; functions and variables, which lead to other parts of the program, have none.
 */

export type Kind = 'unknown' | 'scalar' | 'array'
/** A global variable, or a parameter of a function; what kind it is becomes clear when the whole program is read. */
export interface Variable { readonly name: string; readonly local: boolean; readonly slot: number; kind: Kind }
export interface FunctionDef { readonly name: string; readonly parameters: Variable[]; body: Statement | null; /** Where it is called first. */ line: number }

export type Lvalue = { readonly k: 'variable'; readonly variable: Variable } | { readonly k: 'index'; readonly array: Variable; readonly subscripts: readonly Expression[] } | { readonly k: 'field'; readonly of: Expression }
export type Expression = Lvalue
  | { readonly k: 'number'; readonly value: number }
  | { readonly k: 'string'; readonly value: string }
  | { readonly k: 'regex'; readonly source: string }
  | { readonly k: 'group'; readonly inner: Expression }
  | { readonly k: 'unary'; readonly op: '-' | '+' | '!'; readonly inner: Expression }
  | { readonly k: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression }
  | { readonly k: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly k: 'conditional'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly k: 'match'; readonly negated: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly k: 'in'; readonly subscripts: readonly Expression[]; readonly array: Variable }
  | { readonly k: 'assign'; readonly op: string; readonly target: Lvalue; readonly value: Expression }
  | { readonly k: 'increment'; readonly target: Lvalue; readonly by: 1 | -1; readonly prefix: boolean }
  | { readonly k: 'call'; readonly fn: FunctionDef; readonly args: readonly Expression[]; readonly line: number }
  | { readonly k: 'builtin'; readonly name: string; readonly args: readonly Expression[]; readonly line: number }
  | { readonly k: 'getline'; readonly from: 'input' | 'file' | 'command'; readonly source: Expression | null; readonly target: Lvalue | null }

export type Redirection = { readonly mode: '>' | '>>' | '|'; readonly to: Expression }
export type Statement =
  | { readonly k: 'block'; readonly body: readonly Statement[] }
  | { readonly k: 'expression'; readonly value: Expression }
  | { readonly k: 'print' | 'printf'; readonly args: readonly Expression[]; readonly redirection: Redirection | null }
  | { readonly k: 'if'; readonly test: Expression; readonly then: Statement; readonly otherwise: Statement | null }
  | { readonly k: 'while'; readonly test: Expression; readonly body: Statement }
  | { readonly k: 'do'; readonly test: Expression; readonly body: Statement }
  | { readonly k: 'for'; readonly first: Statement | null; readonly test: Expression | null; readonly step: Statement | null; readonly body: Statement }
  | { readonly k: 'forIn'; readonly variable: Lvalue; readonly array: Variable; readonly body: Statement }
  | { readonly k: 'switch'; readonly value: Expression; readonly cases: readonly { readonly match: Expression | null; readonly body: readonly Statement[] }[] }
  | { readonly k: 'break' | 'continue' | 'next' | 'nextfile' }
  | { readonly k: 'exit' | 'return'; readonly value: Expression | null }
  | { readonly k: 'delete'; readonly array: Variable; readonly subscripts: readonly Expression[] | null }

/** `pattern`: one expression, or two of a range. */
export interface Rule { readonly pattern: readonly Expression[]; readonly body: Statement | null }
export interface Program {
  readonly begin: readonly Statement[]
  readonly rules: readonly Rule[]
  readonly end: readonly Statement[]
  readonly globals: ReadonlyMap<string, Variable>
  readonly functions: ReadonlyMap<string, FunctionDef>
}
