/** Expressions and conditions over joined rows, in three-valued logic: true, false, and null for unknown. */

import { invalidArgument } from '../errors.ts';
import { integerOf } from '../mdf/numbers.ts';
import { type SqlRow, type SqlValue, valueText } from '../mdf/value.ts';
import { type Comparison, common, compareKeys, isTextual, type Key, requireConvertible, sortKey } from './compare.ts';
import { Decimal } from './decimal.ts';
import { likePattern } from './like.ts';
import type { CompareOperator, Condition, Expression } from './query.ts';

export type Truth = boolean | null;

/** A column in the row at hand: its place and how its values compare. */
type ColumnPlace = { readonly index: number; readonly comparison: Comparison };

/** Finds a column by its name, or throws. */
export type Resolve = (expression: Expression & { kind: 'column' }) => ColumnPlace;

export type Getter = { readonly get: (row: SqlRow) => SqlValue; readonly comparison: Comparison };

export function compileExpression(expression: Expression, resolve: Resolve): Getter {
  switch (expression.kind) {
    case 'column': {
      const { index, comparison } = resolve(expression);
      return { get: (row) => row[index]!, comparison };
    }
    case 'text': {
      const { value } = expression;
      return { get: () => value, comparison: 'any' };
    }
    case 'number': {
      const { value } = expression;
      return { get: () => value, comparison: 'number' };
    }
    case 'null':
      return { get: () => null, comparison: 'any' };
    case 'plus':
      return compilePlus(compileExpression(expression.left, resolve), compileExpression(expression.right, resolve));
  }
}

/** Texts end to end, or numbers added. SQL Server would convert text beside a number, and take a number beside a time for days. */
function compilePlus(left: Getter, right: Getter): Getter {
  const isText = isTextual(left.comparison) && isTextual(right.comparison);
  const isNumber = left.comparison === 'number' && right.comparison === 'number';
  if (!isText && !isNumber) {
    throw invalidArgument('SQL_PLUS', `values of kind ${left.comparison} and ${right.comparison} are not added`, {
      structure: 'SQL',
      hint: '+ joins text with text, or adds numbers',
    });
  }
  const both = isText ? (a: SqlValue, b: SqlValue) => valueText(a!) + valueText(b!) : sum;
  return {
    comparison: isText ? common(left.comparison, right.comparison) : 'number',
    get: (row) => {
      const [a, b] = [left.get(row), right.get(row)];
      return a === null || b === null ? null : both(a, b);
    },
  };
}

/** Exact, but for floats. */
function sum(a: SqlValue, b: SqlValue): SqlValue {
  if (typeof a === 'number' && typeof b === 'number') {
    const isWhole = Number.isInteger(a) && Number.isInteger(b);
    if (!isWhole || Number.isSafeInteger(a + b)) return a + b;
  }
  const [left, right] = [Decimal.parse(String(a)), Decimal.parse(String(b))];
  if (left === null || right === null) return Number(a) + Number(b);
  const exact = left.plus(right);
  return exact.scale === 0 && typeof a !== 'string' && typeof b !== 'string' ? integerOf(exact.units) : exact.text;
}

type KeyGetter = (row: SqlRow) => Key;

/** Compares a pair of values: NaN for unknown. A text of the query that cannot be converted is refused before a row is read. */
function compilePair(a: Expression, b: Expression, resolve: Resolve): (row: SqlRow) => number {
  const [left, right] = [compileExpression(a, resolve), compileExpression(b, resolve)];
  const as = common(left.comparison, right.comparison);
  const [leftKey, rightKey] = [compileKey(a, left, as), compileKey(b, right, as)];
  return (row) => compareKeys(leftKey(row), rightKey(row));
}

function compileKey(expression: Expression, { get }: Getter, as: Comparison): KeyGetter {
  if (expression.kind === 'text') requireConvertible(expression.value, as);
  if (expression.kind === 'column' || expression.kind === 'plus') return (row) => sortKey(get(row), as);
  const key = sortKey(get([]), as);
  return () => key;
}

export function compileCondition(condition: Condition, resolve: Resolve): (row: SqlRow) => Truth {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const left = compileCondition(condition.left, resolve);
      const right = compileCondition(condition.right, resolve);
      const decisive = condition.kind === 'or';
      return (row) => {
        const a = left(row);
        if (a === decisive) return decisive;
        const b = right(row);
        if (b === decisive) return decisive;
        return a === null || b === null ? null : !decisive;
      };
    }
    case 'not': {
      const of = compileCondition(condition.of, resolve);
      return (row) => invert(of(row), true);
    }
    case 'null': {
      const { get } = compileExpression(condition.value, resolve);
      return (row) => (get(row) === null) !== condition.negated;
    }
    case 'compare': {
      const compare = compilePair(condition.left, condition.right, resolve);
      const holds = operators[condition.operator];
      return (row) => {
        const order = compare(row);
        return Number.isNaN(order) ? null : holds(order);
      };
    }
    case 'like': {
      const value = compileExpression(condition.value, resolve);
      const pattern = compileExpression(condition.pattern, resolve);
      const isCaseSensitive = value.comparison === 'exact' || pattern.comparison === 'exact';
      return (row) => {
        const [text, like] = [value.get(row), pattern.get(row)];
        if (text === null || like === null) return null;
        return likePattern(valueText(like), isCaseSensitive).test(valueText(text)) !== condition.negated;
      };
    }
    case 'in': {
      const pairs = condition.list.map((each) => compilePair(condition.value, each, resolve));
      return (row) => {
        let unknown = false;
        for (const compare of pairs) {
          const order = compare(row);
          if (order === 0) return !condition.negated;
          if (Number.isNaN(order)) unknown = true;
        }
        return unknown ? null : condition.negated;
      };
    }
  }
}

const operators: Readonly<Record<CompareOperator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function invert(truth: Truth, negated: boolean): Truth {
  return truth === null ? null : truth !== negated;
}

/** Every column that a condition or expression names. */
export function* columnsOf(node: Condition | Expression): Generator<Expression & { kind: 'column' }> {
  switch (node.kind) {
    case 'column':
      yield node;
      return;
    case 'and':
    case 'or':
    case 'plus':
    case 'compare':
      yield* columnsOf(node.left);
      yield* columnsOf(node.right);
      return;
    case 'not':
      yield* columnsOf(node.of);
      return;
    case 'like':
      yield* columnsOf(node.value);
      yield* columnsOf(node.pattern);
      return;
    case 'in':
      yield* columnsOf(node.value);
      for (const each of node.list) yield* columnsOf(each);
      return;
    case 'null':
      if ('value' in node) yield* columnsOf(node.value);
  }
}
