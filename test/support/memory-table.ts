/** Tables in memory, for queries. */

import type { SqlRow } from '../../src/mdf/value.ts';
import type { SqlColumn, SqlTable, SqlTables } from '../../src/sql/scope.ts';

export class MemoryTable implements SqlTable {
  readonly name: string;
  readonly columns: readonly SqlColumn[];
  readonly #rows: readonly SqlRow[];

  /** `columns`: `name:type`, with `:cs` behind it where case matters; text where no type is given. */
  constructor(name: string, columns: string, rows: readonly SqlRow[]) {
    this.name = `dbo.${name}`;
    this.columns = columns.split(' ').map((column) => {
      const [own, type = 'nvarchar(128)', collation] = column.split(':');
      return { name: own!, type, isCaseSensitive: collation === 'cs' };
    });
    this.#rows = rows;
  }

  *rows(columns: readonly string[]): Generator<SqlRow> {
    const places = columns.map((name) => this.columns.findIndex((column) => column.name === name));
    for (const row of this.#rows) yield places.map((place) => row[place] ?? null);
  }
}

export function tablesOf(name: string, tables: readonly MemoryTable[]): SqlTables {
  return {
    name,
    find: (wanted) =>
      tables.find((table) =>
        [table.name, table.name.slice(4)].some((own) => own.toLowerCase() === wanted.toLowerCase()),
      ) ?? null,
    names: () => tables.map((table) => table.name),
  };
}
