/** Values of compressed rows: what row compression leaves out is put back, then the ordinary decoder reads them. */
import { type ColumnType } from './column-type.ts';
import type { SqlValue } from './value.ts';
/** The value behind these bytes; none stand for zero or the empty string. Throws a RangeError for impossible bytes. */
export declare function expandValue(type: ColumnType, bytes: Uint8Array): SqlValue;
