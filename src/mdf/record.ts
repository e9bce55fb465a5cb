/**
 * Rows as they stand on data pages ("FixedVar" records): status, fixed part, null bitmap, then variable columns by their
 * end offsets. Where each column stands is told by sysrscols, never by its position in the table.
 */

import { corrupt, StorageError } from '../errors.ts';
import { type ColumnType, decoderOf, fixedSize, isTextPointer, XType } from './column-type.ts';
import { Complex, type LobReader } from './lob.ts';
import type { Page } from './page.ts';
import type { Decode, SqlValue } from './value.ts';

const RecordType = {
  primary: 0,
  forwarded: 1,
  forwardingStub: 2,
  index: 3,
  blobFragment: 4,
  ghostIndex: 5,
  ghostData: 6,
  ghostVersion: 7,
} as const;

const HAS_NULL_BITMAP = 0x10;
const HAS_VARIABLE = 0x20;
const COMPLEX = 0x8000;

function recordTypeOf(status: number): number {
  return (status >> 1) & 7;
}

/** Where a column stands in the rows of one rowset. */
export type PhysicalColumn = {
  readonly columnId: number;
  readonly name: string;
  readonly type: ColumnType;
  /** Offset in the record, or null for a variable column. */
  readonly offset: number | null;
  /** Place among the variable columns, from 0. */
  readonly ordinal: number;
  /** 1-based bit in the null bitmap; 0 for a column that is never NULL and older than bitmaps. */
  readonly nullBit: number;
  /** Which bit of its byte, for `bit`. */
  readonly bit: number;
  readonly sparse: boolean;
  readonly nullable: boolean;
  /** Value in rows older than the column. */
  readonly initial: SqlValue;
};

/** Told of a value or a row that is lost; what comes after is read. */
export type OnDamage = (error: StorageError) => void;

type Plan = PhysicalColumn & { readonly decode: Decode; readonly size: number | null; readonly pointer: boolean };

export class RecordReader {
  readonly #plans: readonly Plan[];
  readonly #lobs: LobReader;
  readonly #onDamage: OnDamage;

  constructor(columns: readonly PhysicalColumn[], lobs: LobReader, onDamage: OnDamage) {
    this.#plans = columns.map((column) => ({
      ...column,
      decode: decoderOf(column.type),
      size: fixedSize(column.type),
      pointer: isTextPointer(column.type.xtype),
    }));
    this.#lobs = lobs;
    this.#onDamage = onDamage;
  }

  /** The row in this slot; null for a slot without one (empty, stub, ghost). Throws for a record that holds none. */
  read(page: Page, slot: number): SqlValue[] | null {
    const at = page.recordOffset(slot);
    if (at === 0) return null;
    if (at < 0) throw this.#bad(page, slot, 'its slot points outside the page');
    const { bytes, view, recordsEnd: limit } = page;
    const status = bytes[at]!;
    const type = recordTypeOf(status);
    if (type !== RecordType.primary && type !== RecordType.forwarded) return null;
    const fixedEnd = at + view.getUint16(at + 2, true);
    if (!(fixedEnd >= at + 4 && fixedEnd + 2 <= limit)) throw this.#bad(page, slot, 'its fixed part leaves the page');
    let bitmap = 0;
    let columnCount = Number.POSITIVE_INFINITY;
    let next = fixedEnd;
    if ((status & HAS_NULL_BITMAP) !== 0) {
      columnCount = view.getUint16(fixedEnd, true);
      bitmap = fixedEnd + 2;
      next = bitmap + ((columnCount + 7) >> 3);
    }
    let ends = next + 2;
    let variableCount = 0;
    if ((status & HAS_VARIABLE) !== 0) {
      if (next + 2 > limit) throw this.#bad(page, slot, 'its null bitmap leaves the page');
      variableCount = view.getUint16(next, true);
      if (ends + 2 * variableCount > limit) throw this.#bad(page, slot, 'its variable part leaves the page');
    } else ends = next;
    const row = new Array<SqlValue>(this.#plans.length);
    for (let i = 0; i < row.length; i++) {
      const plan = this.#plans[i]!;
      const { nullBit } = plan;
      if (nullBit > columnCount) row[i] = plan.initial;
      else if (plan.sparse) row[i] = this.#sparse(plan, page, slot, at, ends, variableCount);
      else if (bitmap > 0 && nullBit > 0 && (bytes[bitmap + ((nullBit - 1) >> 3)]! & (1 << ((nullBit - 1) & 7))) !== 0)
        row[i] = null;
      else if (plan.offset !== null) row[i] = this.#fixed(plan, page, slot, at, fixedEnd);
      else row[i] = this.#variable(plan, page, slot, at, ends, variableCount);
    }
    return row;
  }

  #fixed(plan: Plan, page: Page, slot: number, at: number, fixedEnd: number): SqlValue {
    const start = at + plan.offset!;
    if (plan.type.xtype === XType.bit && start < fixedEnd) return ((page.bytes[start]! >> plan.bit) & 1) === 1;
    const end = start + (plan.size ?? plan.type.length);
    if (end > fixedEnd) return this.#lost(plan, page, slot, 'it stands outside the row');
    return this.#decode(plan, page, slot, page.bytes, page.view, start, end);
  }

  #variable(plan: Plan, page: Page, slot: number, at: number, ends: number, count: number): SqlValue {
    const { bytes, view } = page;
    const k = plan.ordinal;
    if (k >= count) return this.#decode(plan, page, slot, bytes, view, at, at);
    const raw = view.getUint16(ends + 2 * k, true);
    const start = k === 0 ? ends + 2 * count : at + (view.getUint16(ends + 2 * (k - 1), true) & ~COMPLEX);
    const end = at + (raw & ~COMPLEX);
    if (!(start >= ends + 2 * count && start <= end && end <= page.recordsEnd))
      return this.#lost(plan, page, slot, 'its end lies before its start or outside the page');
    if ((raw & COMPLEX) === 0) return this.#decode(plan, page, slot, bytes, view, start, end);
    return this.#outside(plan, page, slot, start, end);
  }

  /** The row holds a way to the value. */
  #outside(plan: Plan, page: Page, slot: number, start: number, end: number): SqlValue {
    try {
      const { bytes, view } = page;
      const value =
        plan.pointer && end - start === 16
          ? this.#lobs.readPointer(view, start, end)
          : this.#lobs.readInline(bytes, view, start, end);
      if (value === null) return null;
      const whole = new DataView(value.buffer, value.byteOffset, value.length);
      return this.#decode(plan, page, slot, value, whole, 0, value.length);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      return this.#lost(plan, page, slot, error.message);
    }
  }

  /** Values of sparse columns share one variable column: ids, end offsets, data. */
  #sparse(plan: Plan, page: Page, slot: number, at: number, ends: number, count: number): SqlValue {
    const { bytes, view } = page;
    // It is the last one, but for the way back to where a forwarded row was.
    const last = recordTypeOf(bytes[at]!) === RecordType.forwarded ? 2 : 1;
    let start = 0;
    let end = 0;
    for (let k = count - 1; k >= Math.max(0, count - last) && start === 0; k--) {
      const raw = view.getUint16(ends + 2 * k, true);
      if ((raw & COMPLEX) === 0) return null;
      const from = k === 0 ? ends + 2 * count : at + (view.getUint16(ends + 2 * (k - 1), true) & ~COMPLEX);
      end = at + (raw & ~COMPLEX);
      if (!(from + 4 <= end && end <= page.recordsEnd))
        return this.#lost(plan, page, slot, 'the sparse vector lies outside the row');
      if (view.getUint16(from, true) === Complex.sparseVector) start = from;
    }
    if (start === 0) return null;
    const columns = view.getUint16(start + 2, true);
    if (start + 4 + 4 * columns > end) return this.#lost(plan, page, slot, 'the sparse vector is cut short');
    for (let i = 0; i < columns; i++) {
      if (view.getUint16(start + 4 + 2 * i, true) !== plan.columnId) continue;
      const offsets = start + 4 + 2 * columns;
      const from = start + (i === 0 ? 4 + 4 * columns : view.getUint16(offsets + 2 * (i - 1), true));
      const to = start + view.getUint16(offsets + 2 * i, true);
      if (!(from <= to && to <= end)) return this.#lost(plan, page, slot, 'the sparse vector points outside');
      return this.#decode(plan, page, slot, bytes, view, from, to);
    }
    return null;
  }

  #decode(
    plan: Plan,
    page: Page,
    slot: number,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
  ): SqlValue {
    try {
      return plan.decode(bytes, view, start, end);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      return this.#lost(plan, page, slot, error.message);
    }
  }

  #lost(plan: Plan, page: Page, slot: number, why: string): null {
    this.#onDamage(
      corrupt('MDF_VALUE', `column ${plan.name} of the row in slot ${slot} of ${page.place} cannot be read: ${why}`, {
        structure: page.place,
        offset: page.number * page.bytes.length,
      }),
    );
    return null;
  }

  #bad(page: Page, slot: number, why: string): StorageError {
    return corrupt('MDF_RECORD', `the record in slot ${slot} of ${page.place} is damaged: ${why}`, {
      structure: page.place,
      offset: page.number * page.bytes.length,
    });
  }
}
