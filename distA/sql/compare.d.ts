/**
 * Comparison as SQL Server does it: text without case (with it where the column's collation has it) and without blanks at its
 * end, numbers exactly, times as moments, GUIDs in SQL Server's own order. Text beside another kind is converted to it; what
 * cannot be converted is refused where it stands in the query, and unknown (as NULL) where it stands in a row.
 */
import { type SqlValue } from '../mdf/value.ts';
import { Decimal } from './decimal.ts';
/** How a column's values compare; literals are `any` and follow the other side. `exact`: text with its case. */
export type Comparison = 'any' | 'text' | 'exact' | 'number' | 'bit' | 'time' | 'guid' | 'binary';
/** Sorts and is equal as its value; null for NULL, and for text that the comparison cannot convert. */
export type Key = number | bigint | string | Decimal | null;
export declare function comparisonOf(type: string, isCaseSensitive?: boolean): Comparison;
export declare function isTextual(comparison: Comparison): boolean;
/** Two kinds side by side: the more special one decides, as SQL Server converts text to it. Throws where it converts neither. */
export declare function common(a: Comparison, b: Comparison): Comparison;
export declare function sortKey(value: SqlValue, comparison: Comparison): Key;
/** Throws for a text of the query that the comparison cannot convert. */
export declare function requireConvertible(text: string, comparison: Comparison): void;
/** Negative, zero or positive; NaN where one side is NULL. Of a sql_variant numbers come behind text. */
export declare function compareKeys(a: Key, b: Key): number;
/** Equal for equal keys, other for others. */
export declare function keyText(key: Exclude<Key, null>): string;
