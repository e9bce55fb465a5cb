/** The tables of a database, for queries; what could not be read of them is counted, so that a result can say so. */

import type { StorageError } from '../errors.ts';
import type { Database } from '../mdf/database.ts';
import type { Table } from '../mdf/table.ts';
import type { SqlTable, SqlTables } from '../sql/scope.ts';

const LOSSES_KEPT = 20;

/** A table of which pages, rows or values are missing in the result. */
export type PartialTable = { readonly table: string; lost: number; readonly errors: StorageError[] };

export function partialText({ table, lost, errors }: PartialTable): string {
  return `${lost} pages, rows or values of ${table} could not be read; the first: ${errors[0]!.message}`;
}

export class DatabaseTables implements SqlTables {
  /** Filled while rows are read. */
  readonly partial: PartialTable[] = [];
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get name(): string {
    return this.#database.name;
  }

  get damage(): string | null {
    return this.#database.catalogDamage;
  }

  find(name: string): SqlTable | null {
    const table = this.#database.findTable(name);
    return table === null ? null : this.#asSqlTable(table);
  }

  names(): string[] {
    return this.#database.tables().map((table) => table.fullName);
  }

  #asSqlTable(table: Table): SqlTable {
    return {
      name: table.fullName,
      columns: table.columns,
      rows: (columns) => table.rows({ columns, onDamage: (error) => this.#count(table.fullName, error) }),
    };
  }

  #count(name: string, error: StorageError): void {
    let partial = this.partial.find(({ table }) => table === name);
    if (partial === undefined) this.partial.push((partial = { table: name, lost: 0, errors: [] }));
    partial.lost++;
    if (partial.errors.length < LOSSES_KEPT) partial.errors.push(error);
  }
}
