/** Expressions and conditions over joined rows, in three-valued logic: true, false, and null for unknown. */

import { type SqlRow, type SqlValue, valueText } from '../mdf/value.ts';
import { type Comparison, common, compareKeys, sortKey } from './compare.ts';
import { likePattern } from './like.ts';
import type { CompareOperator, Condition, Expression } from './query.ts';

export type Truth = boolean | null;

/** A column in the row at hand: its place and how its values compare. */
export type ColumnPlace = { readonly index: number; readonly comparison: Comparison };

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
    case 'plus': {
      const left = compileExpression(expression.left, resolve);
      const right = compileExpression(expression.right, resolve);
      const numeric = left.comparison === 'number' && right.comparison === 'number';
      return {
        comparison: numeric ? 'number' : 'text',
        get: (row) => {
          const [a, b] = [left.get(row), right.get(row)];
          if (a === null || b === null) return null;
          return numeric ? Number(a) + Number(b) : valueText(a) + valueText(b);
        },
      };
    }
  }
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
      const left = compileExpression(condition.left, resolve);
      const right = compileExpression(condition.right, resolve);
      const holds = operators[condition.operator];
      const comparison = common(left.comparison, right.comparison);
      return (row) => {
        const order = compareKeys(sortKey(left.get(row), comparison), sortKey(right.get(row), comparison));
        return Number.isNaN(order) ? null : holds(order);
      };
    }
    case 'like': {
      const value = compileExpression(condition.value, resolve);
      const pattern = compileExpression(condition.pattern, resolve);
      return (row) => {
        const [text, like] = [value.get(row), pattern.get(row)];
        if (text === null || like === null) return null;
        return likePattern(valueText(like)).test(valueText(text)) !== condition.negated;
      };
    }
    case 'in': {
      const value = compileExpression(condition.value, resolve);
      const list = condition.list.map((each) => compileExpression(each, resolve));
      return (row) => {
        let unknown = false;
        for (const each of list) {
          const comparison = common(value.comparison, each.comparison);
          const order = compareKeys(sortKey(value.get(row), comparison), sortKey(each.get(row), comparison));
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
