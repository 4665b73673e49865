/**
 * The syntax tree of a bash script, as the interpreter walks it. What the parser finds out once (a word that needs no expansion, an arithmetic
 * expression without text substitution) is kept in the node, so that a loop pays for it once.
 *
 * Lines are those of the file, from 1. Words keep their source text: bash repeats it in messages. Nodes are shared between runs and never changed.
 * Source of truth: bash(1) 5.2, SHELL GRAMMAR and EXPANSION.
 */
import type { Arithmetic } from './arithmetic-tree.ts'

// ---- words

/** What a word consists of. Adjacent texts with equal quoting are one. */
export type Part = Text | Double | Parameter | CommandSubstitution | ArithmeticSubstitution | ProcessSubstitution
/** Characters; quoted by '…', \x, $'…', or inside "…" where every text is quoted. Extglob operators and braces are ordinary unquoted text. */
export interface Text { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
/** "…": one field, unless it holds "$@". May be empty. */
export interface Double { readonly kind: 'double'; readonly parts: readonly Part[] }
/** `$(…)`, `` `…` ``, `$(<file)`. Parsed when first needed. */
export interface CommandSubstitution { readonly kind: 'command'; readonly text: string; readonly line: number; readonly script: Script }
export interface ProcessSubstitution { readonly kind: 'process'; readonly direction: '<' | '>'; readonly text: string; readonly line: number; readonly script: Script }
export interface ArithmeticSubstitution { readonly kind: 'arithmetic'; readonly expression: ArithmeticText }

export interface Word {
  readonly parts: readonly Part[]
  /** The one field it stands for, quotes removed, if there is nothing to expand: no `$`, no glob character, no `~`, no brace. In a pattern it matches exactly itself. */
  readonly literal: string | null
  /** Nothing but texts, `$x` without an operator, and arithmetic that is ready-made; no tilde, no brace: expanded without detours. */
  readonly plain: boolean
  /** Has an unquoted `{`: brace expansion comes first. */
  readonly braces: boolean
  /** Holds a command or process substitution somewhere, so that expanding it may have to wait. */
  readonly blocks: boolean
  /** As written. */
  readonly text: string
  /** Where the word is an argument of declare, export, local, readonly, typeset and looks like `name=…`: what it assigns. */
  readonly assignment: Assignment | null
}

/** Text that is expanded as in double quotes and then evaluated. */
export interface ArithmeticText {
  readonly word: Word
  /** As written, for messages. */
  readonly text: string
  /** Ready-made, if the only expansions are plain `$name`s whose values turn out to be integers; else null: expand, then evaluate the text. */
  readonly compiled: { readonly expression: Arithmetic | null; readonly dollars: readonly string[] } | null
}

export interface Subscript {
  readonly text: string
  /** `[@]` or `[*]`. */
  readonly all: '@' | '*' | null
  /** As a key of an associative array. */
  readonly key: Word
  /** As an index of an indexed one. */
  readonly index: ArithmeticText
}

/** `${…}` or `$x`. */
export interface Parameter {
  readonly kind: 'parameter'
  /** A variable, a digit string, or one of `@ * # ? - $ ! 0 _`. */
  readonly name: string
  readonly subscript: Subscript | null
  /** `${#x}`. */
  readonly length: boolean
  /** `${!x}`. */
  readonly indirect: boolean
  readonly operation: Operation | null
  /** As written, with `${` and `}`. */
  readonly text: string
  /** Not valid however it comes to be expanded: `${a b}`. */
  readonly bad: boolean
}
export type Operation =
  | { readonly kind: 'default'; readonly operator: '-' | '=' | '+' | '?'; readonly colon: boolean; readonly word: Word }
  | { readonly kind: 'remove'; readonly operator: '#' | '##' | '%' | '%%'; readonly pattern: Word }
  | { readonly kind: 'replace'; readonly operator: '/' | '//' | '/#' | '/%'; readonly pattern: Word; readonly replacement: Word }
  | { readonly kind: 'slice'; readonly offset: ArithmeticText; readonly length: ArithmeticText | null }
  | { readonly kind: 'case'; readonly operator: '^' | '^^' | ',' | ',,' | '~' | '~~'; readonly pattern: Word | null }
  | { readonly kind: 'transform'; readonly operator: 'Q' | 'E' | 'P' | 'A' | 'a' | 'U' | 'u' | 'L' | 'K' | 'k' }
  /** `${!prefix@}`, `${!prefix*}`. */
  | { readonly kind: 'names'; readonly operator: '@' | '*' }
  /** `${!name[@]}`, `${!name[*]}`: the keys. */
  | { readonly kind: 'keys'; readonly operator: '@' | '*' }

// ---- commands

export interface Assignment {
  readonly name: string
  readonly subscript: Subscript | null
  readonly append: boolean
  readonly value: Word | readonly ArrayElement[]
  readonly line: number
  /** As written. */
  readonly text: string
}
export interface ArrayElement { readonly subscript: Subscript | null; readonly append: boolean; readonly value: Word }

export type Redirection =
  | { readonly kind: 'file'; readonly operator: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '&>>'; readonly fd: number | null; /** `{name}>`. */ readonly fdName: string | null; readonly target: Word; readonly line: number }
  | { readonly kind: 'here-string'; readonly fd: number | null; readonly fdName: string | null; readonly target: Word; readonly line: number }
  /** The body is expanded as in double quotes; with a quoted delimiter it is a literal. Tabs of `<<-` are gone. */
  | { readonly kind: 'here-document'; readonly fd: number | null; readonly fdName: string | null; readonly body: Word; readonly line: number }

interface Common { readonly line: number; readonly redirections: readonly Redirection[] }
export interface Simple extends Common {
  readonly kind: 'simple'
  readonly assignments: readonly Assignment[]
  readonly words: readonly Word[]
  /** As written, for transcripts, jobs and BASH_COMMAND. */
  readonly text: string
}
export interface If extends Common { readonly kind: 'if'; readonly branches: readonly { readonly test: List; readonly body: List }[]; readonly otherwise: List | null }
export interface For extends Common { readonly kind: 'for'; readonly name: string; /** null: "$@". */ readonly words: readonly Word[] | null; readonly body: List }
export interface Select extends Common { readonly kind: 'select'; readonly name: string; readonly words: readonly Word[] | null; readonly body: List }
export interface ArithmeticFor extends Common { readonly kind: 'arithmetic-for'; readonly initial: ArithmeticText | null; readonly test: ArithmeticText | null; readonly step: ArithmeticText | null; readonly body: List }
export interface While extends Common { readonly kind: 'while'; /** until. */ readonly until: boolean; readonly test: List; readonly body: List }
export interface Case extends Common { readonly kind: 'case'; readonly word: Word; readonly items: readonly CaseItem[] }
export interface CaseItem { readonly patterns: readonly Word[]; readonly body: List; readonly end: ';;' | ';&' | ';;&' }
export interface Subshell extends Common { readonly kind: 'subshell'; readonly body: List }
export interface Group extends Common { readonly kind: 'group'; readonly body: List }
export interface Conditional extends Common { readonly kind: 'conditional'; readonly test: Test }
export interface ArithmeticCommand extends Common { readonly kind: 'arithmetic-command'; readonly expression: ArithmeticText }
/** The redirections of a function belong to its body and take place at each call. */
export interface FunctionDefinition extends Common { readonly kind: 'function'; readonly name: string; readonly body: Command; /** As written, from the name on. */ readonly text: string }
export interface Coproc extends Common { readonly kind: 'coproc'; readonly name: string; readonly body: Command; readonly text: string }
export type Command = Simple | If | For | Select | ArithmeticFor | While | Case | Subshell | Group | Conditional | ArithmeticCommand | FunctionDefinition | Coproc

/** The expression of `[[ … ]]`. The right side of `== = !=` is a pattern, of `=~` a regular expression, of `-eq …` arithmetic. */
export type Test =
  | { readonly kind: 'and' | 'or'; readonly left: Test; readonly right: Test }
  | { readonly kind: 'not'; readonly operand: Test }
  /** `[[ word ]]` has the operator `-n`. */
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }

export interface Pipeline {
  readonly line: number
  readonly negated: boolean
  /** `time`; 'posix' for `time -p`. */
  readonly time: 'bash' | 'posix' | null
  /** Empty only for a bare `time` or `!`. */
  readonly commands: readonly Command[]
  /** Between the commands. */
  readonly operators: readonly ('|' | '|&')[]
}
/** Pipelines joined by && and ||, ended by `;`, a newline, or `&`. */
export interface Statement {
  readonly line: number
  readonly pipelines: readonly Pipeline[]
  readonly operators: readonly ('&&' | '||')[]
  readonly background: boolean
  /** As written, without the `&`. */
  readonly text: string
}
export type List = readonly Statement[]

/** What the shell reads before it runs anything of it: all statements of one line, and of the lines they reach over. */
export interface Unit {
  readonly list: List
  /** Where its first command begins in the text. */
  readonly from: number
  readonly line: number
  /** The lines as they stand in the file, for `set -v`. */
  readonly text: string
  /** A here-document that the end of the file ends. */
  readonly warnings: readonly { readonly line: number; readonly message: string }[]
  /** It holds `@(…)` and the like outside `[[`: what it is if extglob is off when it is its turn. */
  readonly withoutExtglob: SyntaxFault | null
}
/** What a syntax error says, without `x.sh: line 3: `. The second message, where there is one, repeats the line. Status null: `$?` stays as it is. */
export interface SyntaxFault { readonly line: number; readonly messages: readonly string[]; readonly status: number | null }
export interface Script {
  readonly units: readonly Unit[]
  /** After the units before it have run. */
  readonly fault: SyntaxFault | null
}
