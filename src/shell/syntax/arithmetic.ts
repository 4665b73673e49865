/**
 * Arithmetic of the shell: 64-bit integers that wrap around. Values are numbers where these are exact and bigints beyond, which nobody outside sees.
 * A variable's value is itself an expression, evaluated when it is used.
 * Source of truth: bash(1) 5.2, ARITHMETIC EVALUATION.
 */
import { fault, parseArithmetic, wrap } from './arithmetic-parse.ts'
import { ArithmeticFault } from './fault.ts'
import type { Arithmetic, AssignOperator, BinaryOperator, Lvalue } from './arithmetic-tree.ts'

export { ArithmeticFault } from './fault.ts'

/** Variables, as arithmetic sees them. A subscript is the text between the brackets: an expression, or the key of an associative array. */
export interface Variables {
  readonly nounset: boolean
  value(target: Lvalue): string | undefined
  assign(target: Lvalue, value: string): void
}
export type Integer = number | bigint

/** The value of a text in which all `$` are expanded. */
export function evaluateText(text: string, variables: Variables, depth = 0): Integer {
  if (/^-?(?:0|[1-9][0-9]{0,14})$/.test(text)) return Number(text)
  const expression = parseArithmetic(text)
  return expression === null ? 0 : new Evaluation(text, variables, [], depth).value(expression)
}
/** The value of a tree; `dollars` are the values that `$x` had. */
export function evaluate(expression: Arithmetic | null, text: string, variables: Variables, dollars: readonly number[] = []): Integer {
  return expression === null ? 0 : new Evaluation(text, variables, dollars, 0).value(expression)
}

class Evaluation {
  private readonly text: string
  private readonly variables: Variables
  private readonly dollars: readonly number[]
  private readonly depth: number
  constructor(text: string, variables: Variables, dollars: readonly number[], depth: number) {
    this.text = text
    this.variables = variables
    this.dollars = dollars
    this.depth = depth
  }

  value(node: Arithmetic): Integer {
    switch (node.kind) {
      case 'number': return node.value
      case 'dollar': return this.dollars[node.place]!
      case 'variable': return this.variable(node.target, node.rest)
      case 'binary': {
        const left = this.value(node.left), right = this.value(node.right)
        return this.binary(node.operator, left, right, node.rest)
      }
      case 'and': return isTrue(this.value(node.left)) && isTrue(this.value(node.right)) ? 1 : 0
      case 'or': return isTrue(this.value(node.left)) || isTrue(this.value(node.right)) ? 1 : 0
      case 'ternary': return this.value(isTrue(this.value(node.test)) ? node.then : node.otherwise)
      case 'comma': return this.value(node.left), this.value(node.right)
      case 'unary': {
        const operand = this.value(node.operand)
        switch (node.operator) {
          case '+': return operand
          case '-': return negate(operand)
          case '!': return isTrue(operand) ? 0 : 1
          case '~': return typeof operand === 'number' && operand >= -0x80000000 && operand < 0x80000000 ? ~operand : wrap(~BigInt(operand))
        }
        break
      }
      case 'step': {
        const before = this.variable(node.target, node.rest), after = add(before, node.by)
        this.variables.assign(node.target, String(after))
        return node.prefix ? after : before
      }
      case 'assign': return this.assign(node.operator, node.target, node.value, node.rest)
    }
    throw new ArithmeticFault('unknown expression')
  }
  private assign(operator: AssignOperator, target: Lvalue, expression: Arithmetic, rest: string): Integer {
    let value: Integer
    if (operator === '=') value = this.value(expression)
    else {
      const before = this.variable(target, rest)
      value = this.binary(operator.slice(0, -1) as BinaryOperator, before, this.value(expression), rest)
    }
    this.variables.assign(target, String(value))
    return value
  }
  private variable(target: Lvalue, rest: string): Integer {
    const value = this.variables.value(target)
    if (value === undefined) {
      if (this.variables.nounset) throw new ArithmeticFault(`${target.name}${target.subscript === null ? '' : `[${target.subscript}]`}: unbound variable`, true)
      return 0
    }
    if (value === '') return 0
    if (value.length < 16) {
      const plain = +value
      if (Number.isInteger(plain) && String(plain) === value && value !== '-0') return plain
    }
    if (this.depth >= 1024) throw fault(this.text, 'expression recursion level exceeded', rest === '' ? this.text : rest)
    return evaluateText(value, this.variables, this.depth + 1)
  }
  private binary(operator: BinaryOperator, left: Integer, right: Integer, rest: string): Integer {
    switch (operator) {
      case '+': return add(left, right)
      case '-': return typeof left === 'number' && typeof right === 'number' && Number.isSafeInteger(left - right) ? left - right : wrap(BigInt(left) - BigInt(right))
      case '*': {
        if (typeof left !== 'number' || typeof right !== 'number') return wrap(BigInt(left) * BigInt(right))
        const product = left * right
        return Number.isSafeInteger(product) ? product + 0 : wrap(BigInt(left) * BigInt(right))
      }
      case '/': case '%':
        if (right === 0) throw fault(this.text, 'division by 0', rest)
        if (typeof left === 'number' && typeof right === 'number') return (operator === '/' ? Math.trunc(left / right) : left % right) + 0
        return wrap(operator === '/' ? BigInt(left) / BigInt(right) : BigInt(left) % BigInt(right))
      case '**': return this.power(left, right, rest)
      case '<<': case '>>': return shift(operator, left, right)
      case '<': return left < right ? 1 : 0
      case '>': return left > right ? 1 : 0
      case '<=': return left <= right ? 1 : 0
      case '>=': return left >= right ? 1 : 0
      case '==': return left === right ? 1 : 0
      case '!=': return left === right ? 0 : 1
      case '&': return int32(left) && int32(right) ? left & right : wrap(BigInt(left) & BigInt(right))
      case '|': return int32(left) && int32(right) ? left | right : wrap(BigInt(left) | BigInt(right))
      case '^': return int32(left) && int32(right) ? left ^ right : wrap(BigInt(left) ^ BigInt(right))
    }
  }
  private power(base: Integer, exponent: Integer, rest: string): Integer {
    if (exponent < 0) throw fault(this.text, 'exponent less than 0', rest)
    let result = 1n, factor = BigInt(base)
    for (let left = BigInt(exponent); left > 0n; left >>= 1n) {
      if (left & 1n) result = BigInt.asIntN(64, result * factor)
      factor = BigInt.asIntN(64, factor * factor)
    }
    return wrap(result)
  }
}
const isTrue = (value: Integer): boolean => value !== 0
const int32 = (value: Integer): value is number => typeof value === 'number' && value >= -0x80000000 && value < 0x80000000
// `+ 0`: there is no -0 among integers.
const negate = (value: Integer): Integer => typeof value === 'number' ? 0 - value : wrap(-value)
function add(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(sum)) return sum
  }
  return wrap(BigInt(left) + BigInt(right))
}
/** The processor takes six bits of the count. */
function shift(operator: '<<' | '>>', left: Integer, right: Integer): Integer {
  const count = BigInt(right) & 63n
  if (int32(left) && count < 31n) return operator === '>>' ? left >> Number(count) : wrap(BigInt(left) << count)
  return wrap(operator === '<<' ? BigInt.asIntN(64, BigInt(left) << count) : BigInt(left) >> count)
}
