/**
 * Goal: values of every scalar type are right, not only present. Method: Northwind and pubs are public, and so are the
 * scripts that fill them. `well-known-rows.json` was made from those scripts by a parser of their INSERT statements, without
 * any reader of databases: 20 places for each type that occurs (fewer where a type has fewer values), and a digest
 * of all rows of each table. Long values stand there as their length and the start of their SHA-256.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Database } from '../../../src/mdf/database.ts';
import type { Table } from '../../../src/mdf/table.ts';
import { hexText, type SqlRow, type SqlValue } from '../../../src/mdf/value.ts';
import { openBackup } from '../../../src/mtf/backup.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { sha256 } from '../../support/sample-pool.ts';

type Place = [table: string, key: string, column: string, value: string | number | boolean | null];
type Known = { readonly places: Record<string, Place[]>; readonly tables: Record<string, string> };

const known: Record<'northwind' | 'pubs', Known> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'well-known-rows.json'), 'utf8'),
);

/** Key columns that are not the first one alone. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  EmployeeTerritories: ['EmployeeID', 'TerritoryID'],
  'Order Details': ['OrderID', 'ProductID'],
  roysched: ['title_id', 'lorange'],
  sales: ['stor_id', 'ord_num', 'title_id'],
  titleauthor: ['au_id', 'title_id'],
};

const FILES = {
  'northwnd.mdf, with checksums': ['northwind', 'mssql/itsligo/northwnd.mdf.gz'],
  'NORTHWND.MDF, with torn-page bits': ['northwind', 'mssql/sankaranarayanan/NORTHWND.MDF.gz'],
  'pubs.mdf': ['pubs', 'mssql/itsligo/pubs.mdf.gz'],
} as const;

function open(path: string): Database {
  return Database.open({ map: new FileMap(new MemoryFile(readFixture(path), path)), name: path });
}

function shown(value: SqlValue): SqlValue {
  if (value instanceof Uint8Array) return `${value.length} bytes, ${sha256(value).slice(0, 16)}`;
  if (typeof value !== 'string' || (value.length <= 80 && !value.includes('\n'))) return value;
  return `${value.length} letters, ${sha256(Buffer.from(value)).slice(0, 16)}`;
}

function line(row: SqlRow): string {
  return row.map((v) => (v === null ? 'NULL' : v instanceof Uint8Array ? hexText(v) : String(v))).join('|');
}

/** A table's rows by their keys. */
function byKey(table: Table): Map<string, Record<string, SqlValue>> {
  const names = table.columns.map(({ name }) => name);
  const keys = KEYS[table.name] ?? [names[0]!];
  const rows = [...table.rows()].map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, value])));
  return new Map(rows.map((row) => [keys.map((key) => String(row[key]).trim()).join('/'), row]));
}

/** The places at which the database holds something else. */
function differing(database: Database, places: readonly Place[]): string[] {
  const tables = new Map<string, ReturnType<typeof byKey>>();
  return places.flatMap(([name, key, column, wanted]) => {
    let table = tables.get(name);
    if (table === undefined) tables.set(name, (table = byKey(database.table(name))));
    const found = shown(table.get(key)?.[column] ?? null);
    return table.has(key) && found === wanted ? [] : [`${name} ${key} ${column}: ${found}, not ${wanted}`];
  });
}

describe.skipIf(fixturesRoot() === null).each(Object.entries(FILES))(fixturesTitle('%s'), (_, [name, path]) => {
  const { places, tables } = known[name];

  it.each(Object.entries(places))('%s', (_type, own) => {
    expect(differing(open(path), own)).toEqual([]);
  });

  it('every type that occurs has 20 places, or all that there are', () => {
    const filled = open(path)
      .tables()
      .filter((table) => table.name !== 'sysdiagrams');
    const types = new Set(filled.flatMap(({ columns }) => columns.map(({ type }) => type.replace(/\(.*/, ''))));
    expect(Object.keys(places).sort()).toEqual([...types].sort());
    const fewer = Object.entries(places).filter(([, own]) => own.length < 20);
    expect(Object.fromEntries(fewer.map(([type, own]) => [type, own.length]))).toEqual(
      name === 'pubs' ? { image: 8, text: 7, decimal: 3 } : { image: 17 },
    );
  });

  it.each(Object.entries(tables))('every row of %s', (table, digest) => {
    const lines = [...open(path).table(table).rows()].map(line).sort();
    expect(sha256(Buffer.from(lines.join('\n')))).toBe(digest);
  });
});

it.skipIf(fixturesRoot() === null)(fixturesTitle('pubs in a backup of another server has them too'), () => {
  const path = 'mssql/UGR95/pubs.bak';
  const map = new FileMap(new MemoryFile(readFixture(`${path}.gz`), path));
  const database = Database.open({ map: openBackup([{ map, name: path }]).files[0]!.map, name: path });
  const places = Object.values(known.pubs.places).flat();
  expect(differing(database, places)).toEqual([]);
});
