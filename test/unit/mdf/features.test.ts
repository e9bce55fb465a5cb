/**
 * Goal: what no real database at hand exercises reads as the format's public descriptions say. Method: a database that a
 * writer of its own made (`fixtures/make/features_file.py`), with the values it meant beside it.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/database/health.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Database } from '../../../src/mdf/database.ts';
import { hexText, type SqlValue } from '../../../src/mdf/value.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const map = new FileMap(
  new MemoryFile(new Uint8Array(gunzipSync(readFileSync(join(FIXTURES, 'features.mdf.gz')))), 'features'),
);
const truth: Record<string, { columns: string[]; rows: unknown[][] }> = JSON.parse(
  readFileSync(join(FIXTURES, 'features.truth.json'), 'utf8'),
);
const database = Database.open({ map, name: 'features' });

const plain = (value: SqlValue): unknown =>
  value instanceof Uint8Array ? hexText(value) : typeof value === 'bigint' ? String(value) : value;

describe('generated pages', () => {
  it.each(Object.keys(truth))('%s', (name) => {
    const { columns, rows } = truth[name]!;
    const table = database.table(name);
    const found = [...table.rows()].map((row) =>
      Object.fromEntries(row.map((value, i) => [table.columns[i]!.name, plain(value)])),
    );
    expect(table.columns.map((column) => column.name)).toEqual(columns);
    expect(found).toEqual(rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i], value]))));
    expect(found.length).toBe(table.rowCount);
  });

  it('types have their names', () => {
    const types = Object.fromEntries(database.table('scalars').columns.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      decimal9: 'decimal(9,2)',
      time3: 'time(3)',
      datetime2: 'datetime2(3)',
      offset: 'datetimeoffset(0)',
      nchar: 'nchar(3)',
      nvarchar: 'nvarchar(50)',
      varchar: 'varchar(50)',
      xml: 'xml',
      variantInt: 'sql_variant',
      guid: 'uniqueidentifier',
    });
    expect(['row_compressed', 'page_compressed', 'records'].map((name) => database.table(name).compression)).toEqual([
      'row',
      'page',
      'none',
    ]);
  });

  it('every page proves itself, and the maps agree', async () => {
    const { verdict, pages } = await checkDatabase(database);
    expect(verdict).toBe('clean shutdown');
    expect(pages).toMatchObject({ bad: 0, gamMismatches: 0, linkMismatches: 0, unprotected: 0 });
  });
});
