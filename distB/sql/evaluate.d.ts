/** Expressions and conditions over joined rows, in three-valued logic: true, false, and null for unknown. */
import { type SqlRow, type SqlValue } from '../mdf/value.ts';
import { type Comparison } from './compare.ts';
import type { Condition, Expression } from './query.ts';
export type Truth = boolean | null;
/** A column in the row at hand: its place and how its values compare. */
export type ColumnPlace = {
    readonly index: number;
    readonly comparison: Comparison;
};
/** Finds a column by its name, or throws. */
export type Resolve = (expression: Expression & {
    kind: 'column';
}) => ColumnPlace;
export type Getter = {
    readonly get: (row: SqlRow) => SqlValue;
    readonly comparison: Comparison;
};
export declare function compileExpression(expression: Expression, resolve: Resolve): Getter;
export declare function compileCondition(condition: Condition, resolve: Resolve): (row: SqlRow) => Truth;
/** Every column that a condition or expression names. */
export declare function columnsOf(node: Condition | Expression): Generator<Expression & {
    kind: 'column';
}>;
