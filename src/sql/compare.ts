/** Comparison as SQL Server does it under the usual collations: case does not matter, nor do blanks at the end. */

import { parseGuid } from '../base/guid.ts';
import { hexText, type SqlValue, valueText } from '../mdf/value.ts';

/** How a column's values compare; literals are `any` and follow the other side. */
export type Comparison = 'any' | 'text' | 'number' | 'time' | 'guid' | 'binary';

export function comparisonOf(type: string): Comparison {
  if (/^(tinyint|smallint|int|bigint|bit|decimal|numeric|money|smallmoney|float|real)\b/.test(type)) return 'number';
  if (/^(date|time|datetime|datetime2|smalldatetime|datetimeoffset)\b/.test(type)) return 'time';
  if (type === 'uniqueidentifier') return 'guid';
  if (/^(binary|varbinary|image|rowversion)\b/.test(type)) return 'binary';
  return type === 'sql_variant' ? 'any' : 'text';
}

/** Two kinds side by side: the more special one decides, as SQL Server converts text to it. */
export function common(a: Comparison, b: Comparison): Comparison {
  if (a === b || b === 'any') return a;
  if (a === 'any') return b;
  return a === 'text' ? b : b === 'text' ? a : 'text';
}

/** A key that is equal for equal values and sorts as they do: a number or a string. Null for NULL. */
export function sortKey(value: SqlValue, comparison: Comparison): number | bigint | string | null {
  if (value === null) return null;
  switch (comparison) {
    case 'number':
      return numberKey(value);
    case 'time':
      return timeKey(valueText(value));
    case 'guid':
      return parseGuid(valueText(value)) ?? valueText(value).toLowerCase();
    case 'binary':
      return value instanceof Uint8Array ? hexText(value) : valueText(value);
    default:
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return numberKey(value);
      return value instanceof Uint8Array ? hexText(value) : value.trimEnd().toUpperCase();
  }
}

function numberKey(value: Exclude<SqlValue, null>): number | bigint | string {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint8Array) return hexText(value);
  const number = Number(value);
  return Number.isNaN(number) ? String(value).trimEnd().toUpperCase() : number;
}

/** Without what is zero anyway: `2024-01-02 00:00:00.000` is `2024-01-02`. */
function timeKey(text: string): string {
  return text
    .trim()
    .replace('T', ' ')
    .replace(/\.(\d*?)0+$/, (_, digits: string) => (digits === '' ? '' : `.${digits}`))
    .replace(/:00$/, '')
    .replace(/ 00:00$/, '');
}

/** Negative, zero or positive; NaN where one side is NULL. */
export function compareKeys(a: number | bigint | string | null, b: number | bigint | string | null): number {
  if (a === null || b === null) return Number.NaN;
  if (typeof a === 'string' || typeof b === 'string') {
    const [left, right] = [String(a), String(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
