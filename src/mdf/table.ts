/** A table: what the catalog says of it, and its rows. */

import { corrupt, StorageError, unsupported } from '../errors.ts';
import type { Allocation } from './allocation.ts';
import type { Catalog } from './catalog.ts';
import { CompressedRecordReader, isCompressedRecord } from './compressed-record.ts';
import { LobReader } from './lob.ts';
import { addressKey, addressText, type Page, type PageAddress, PageType } from './page.ts';
import type { PageReader } from './page-reader.ts';
import { type OnDamage, type PhysicalColumn, RecordReader } from './record.ts';
import type { AllocationUnit, Rowset } from './system-tables.ts';
import type { SqlRow, SqlValue } from './value.ts';

const COMPRESSIONS = ['none', 'row', 'page', 'columnstore', 'columnstore archive'] as const;
const STATUS_MEMORY_OPTIMIZED = 0x100;

/** Type of a column that no row holds: SQL Server works it out when it is asked. Here it is NULL. */
export const COMPUTED = 'computed';

/** The one of this name: with its case, since a database may tell `id` from `ID`; else without. */
export function named<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  return list.find((each) => each.name === name) ?? list.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

export type Column = {
  readonly name: string;
  /** `nvarchar(128)`, or COMPUTED. */
  readonly type: string;
  /** Of text, by its collation. */
  readonly isCaseSensitive: boolean;
  readonly nullable: boolean;
  readonly identity: boolean;
};

/** A rowset of the table (one per partition) and where its columns stand. */
export type Partition = { readonly rowset: Rowset; readonly columns: readonly PhysicalColumn[] };

export type TableParts = {
  readonly schema: string;
  readonly name: string;
  readonly objectId: number;
  readonly system: boolean;
  readonly columns: readonly (Column & { readonly columnId: number })[];
  readonly partitions: readonly Partition[];
};

export type RowOptions = {
  /** Only these columns, in this order. Case does not matter. */
  readonly columns?: readonly string[] | undefined;
  /** Told of every page, row and value that is lost. Without it damage is thrown. */
  readonly onDamage?: OnDamage | undefined;
};

export type TableSource = {
  readonly pages: PageReader;
  readonly allocation: Allocation;
  readonly catalog: Catalog;
};

export class Table {
  readonly schema: string;
  readonly name: string;
  readonly objectId: number;
  readonly system: boolean;
  readonly columns: readonly Column[];
  readonly partitions: readonly Partition[];
  readonly #parts: TableParts;
  readonly #source: TableSource;

  constructor(parts: TableParts, source: TableSource) {
    this.schema = parts.schema;
    this.name = parts.name;
    this.objectId = parts.objectId;
    this.system = parts.system;
    this.columns = parts.columns;
    this.partitions = parts.partitions;
    this.#parts = parts;
    this.#source = source;
  }

  /** Rows as the catalog counts them. After an unclean stop it may be behind. */
  get rowCount(): number {
    return this.partitions.reduce((sum, { rowset }) => sum + rowset.rowCount, 0);
  }

  get kind(): 'heap' | 'clustered' {
    return this.partitions[0]?.rowset.indexId === 1 ? 'clustered' : 'heap';
  }

  get compression(): (typeof COMPRESSIONS)[number] {
    return COMPRESSIONS[this.partitions[0]?.rowset.compression ?? 0] ?? 'none';
  }

  get fullName(): string {
    return `${this.schema}.${this.name}`;
  }

  /**
   * Every row once, in the order of its pages; deleted rows and forwarding stubs are left out. Throws MDF_COLUMN_MISSING at once,
   * before a caller has written anything.
   */
  rows(options: RowOptions = {}): Generator<SqlRow> {
    const onDamage =
      options.onDamage ??
      ((error: StorageError): never => {
        throw error;
      });
    return this.#allRows(this.#chosen(options.columns), onDamage);
  }

  *#allRows(
    chosen: readonly { readonly columnId: number; readonly name: string }[],
    onDamage: (error: StorageError) => void,
  ): Generator<SqlRow> {
    for (const partition of this.partitions) yield* this.#partitionRows(partition, chosen, onDamage);
  }

  #chosen(names: readonly string[] | undefined): readonly (Column & { readonly columnId: number })[] {
    const all = this.#parts.columns;
    if (names === undefined) return all;
    return names.map((name) => {
      const found = named(all, name);
      if (found !== undefined) return found;
      throw new StorageError('not-found', 'MDF_COLUMN_MISSING', `table ${this.fullName} has no column ${name}`, {
        hint: `it has: ${all.map((column) => column.name).join(', ')}`,
      });
    });
  }

  *#partitionRows(
    { rowset, columns }: Partition,
    chosen: readonly { readonly columnId: number; readonly name: string }[],
    onDamage: OnDamage,
  ): Generator<SqlRow> {
    this.#requireReadable(rowset);
    const unit = this.#source.catalog.rowUnit(rowset.id);
    if (unit === undefined) {
      if (rowset.rowCount > 0) onDamage(this.#homeless(rowset));
      return;
    }
    const physical = chosen.map(
      ({ columnId, name }) => columns.find((column) => column.columnId === columnId) ?? absentColumn(columnId, name),
    );
    const { pages } = this.#source;
    const lobs = new LobReader(pages);
    const plain = new RecordReader(physical, lobs, onDamage);
    const packed = rowset.compression > 0 ? new CompressedRecordReader(physical, lobs, onDamage) : null;
    for (const address of this.#pagesOf(unit, onDamage)) {
      let page: Page;
      try {
        page = pages.page(address.file, address.page);
      } catch (error) {
        if (!StorageError.isDamage(error)) throw error;
        onDamage(error);
        continue;
      }
      if (page.type !== PageType.data) continue;
      if (page.slotsOverflow) onDamage(this.#slots(page));
      yield* rowsOf(page, plain, packed, onDamage);
    }
  }

  /** Pages by the allocation maps; where these are damaged, then those too that only their own headers give away. */
  *#pagesOf(unit: AllocationUnit, onDamage: OnDamage): Generator<PageAddress> {
    const { pages, allocation } = this.#source;
    const isWhole = yield* allocation.pagesOf(unit.firstIam, onDamage);
    if (isWhole) return;
    const seen = new Set<number>();
    for (const { file, page } of allocation.pagesOf(unit.firstIam, () => {})) seen.add(addressKey(file, page));
    for (const file of pages.fileIds) {
      for (let page = 0; page < pages.pageCount(file); page++) {
        if (seen.has(addressKey(file, page)) || !allocation.mayHoldRows(file, page)) continue;
        if (pages.allocationUnitId(file, page) === BigInt(unit.id)) yield { file, page };
      }
    }
  }

  #requireReadable(rowset: Rowset): void {
    const what =
      (rowset.status & STATUS_MEMORY_OPTIMIZED) !== 0
        ? 'memory-optimized'
        : rowset.compression > 2
          ? `compressed as ${COMPRESSIONS[rowset.compression] ?? `level ${rowset.compression}`}`
          : null;
    if (what === null) return;
    throw unsupported('MDF_TABLE_FORMAT', `table ${this.fullName} is ${what}, which is not read here`, {
      image: this.#source.pages.name,
      hint: 'attach a copy of the database to SQL Server to read it',
    });
  }

  #homeless(rowset: Rowset): StorageError {
    const message = `the catalog has lost where ${this.fullName} is: its ${rowset.rowCount} rows cannot be found`;
    return corrupt('MDF_UNIT_MISSING', message, { image: this.#source.pages.name, structure: 'sysallocunits' });
  }

  #slots(page: Page): StorageError {
    const place = `page ${addressText({ file: page.file, page: page.number })}`;
    return corrupt('MDF_SLOTS', `${place} claims more slots than a page can hold`, { structure: place });
  }
}

function* rowsOf(
  page: Page,
  plain: RecordReader,
  packed: CompressedRecordReader | null,
  onDamage: OnDamage,
): Generator<SqlRow> {
  for (let slot = 0; slot < page.slotCount; slot++) {
    let row: SqlValue[] | null;
    try {
      const at = page.recordOffset(slot);
      const reader = packed !== null && at > 0 && isCompressedRecord(page.bytes[at]!) ? packed : plain;
      row = reader.read(page, slot);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      onDamage(error);
      continue;
    }
    if (row !== null) yield row;
  }
}

/** A computed column, or one that this partition never stored: NULL in every row. */
function absentColumn(columnId: number, name: string): PhysicalColumn {
  const type = { xtype: 0, length: 0, precision: 0, scale: 0, collation: 0 };
  const nullBit = Number.POSITIVE_INFINITY;
  return {
    columnId,
    name,
    type,
    offset: null,
    ordinal: 0,
    nullBit,
    bit: 0,
    sparse: false,
    nullable: true,
    initial: null,
  };
}
