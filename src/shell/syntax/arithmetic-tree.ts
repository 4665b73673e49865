/**
 * The tree of an arithmetic expression, as arithmetic.ts parses it out of the text that is left when `$` has been expanded.
 * Source of truth: bash(1) 5.2, ARITHMETIC EVALUATION.
 */
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '**' | '<<' | '>>' | '<' | '>' | '<=' | '>=' | '==' | '!=' | '&' | '|' | '^'
export type AssignOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '<<=' | '>>=' | '&=' | '|=' | '^='

export interface Lvalue { readonly name: string; /** The text between the brackets. */ readonly subscript: string | null }
export type Arithmetic =
  | { readonly kind: 'number'; readonly value: number | bigint }
  | { readonly kind: 'variable'; readonly target: Lvalue; /** From here on, for "error token". */ readonly rest: string }
  /** `$x`, whose value was asked before: the place in the list of dollars. */
  | { readonly kind: 'dollar'; readonly place: number }
  | { readonly kind: 'unary'; readonly operator: '+' | '-' | '!' | '~'; readonly operand: Arithmetic }
  | { readonly kind: 'step'; readonly target: Lvalue; readonly by: 1 | -1; readonly prefix: boolean; readonly rest: string }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Arithmetic; readonly right: Arithmetic; /** From the right operand on. */ readonly rest: string }
  | { readonly kind: 'and' | 'or'; readonly left: Arithmetic; readonly right: Arithmetic }
  | { readonly kind: 'ternary'; readonly test: Arithmetic; readonly then: Arithmetic; readonly otherwise: Arithmetic }
  | { readonly kind: 'assign'; readonly operator: AssignOperator; readonly target: Lvalue; readonly value: Arithmetic; readonly rest: string }
  | { readonly kind: 'comma'; readonly left: Arithmetic; readonly right: Arithmetic }
