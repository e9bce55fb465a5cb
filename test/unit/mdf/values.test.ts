/**
 * Goal: values that were read wrong without a word are read right, or told as lost. Method: rows of the generated database
 * (`fixtures/make/features_file.py`) laid out anew byte by byte, its catalog edited in place.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readBinaryXml } from '../../../src/mdf/binary-xml.ts';
import { Database } from '../../../src/mdf/database.ts';
import { realNumber } from '../../../src/mdf/numbers.ts';
import type { SqlValue } from '../../../src/mdf/value.ts';
import { findBytes, seal, setRecords } from '../../support/page-edit.ts';

const SOURCE = gunzipSync(readFileSync(join(import.meta.dirname, '../../../fixtures/features.mdf.gz')));
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const u16 = (...values: number[]): Buffer => Buffer.from(new Uint16Array(values).buffer);
const u32 = (...values: number[]): Buffer => Buffer.from(new Uint32Array(values).buffer);

function fresh(): Uint8Array {
  return new Uint8Array(SOURCE);
}

function open(bytes: Uint8Array): Database {
  return Database.open({ map: new FileMap(new MemoryFile(bytes, 'edited.mdf')), name: 'edited.mdf' });
}

function read(bytes: Uint8Array, name: string): { rows: Record<string, SqlValue>[]; lost: string[] } {
  const lost: string[] = [];
  const table = open(bytes).table(name);
  const rows = [...table.rows({ onDamage: (error: StorageError) => lost.push(error.message) })];
  return {
    rows: rows.map((row) => Object.fromEntries(row.map((value, i) => [table.columns[i]!.name, value]))),
    lost,
  };
}

/** A row of table `sparse`: id and plain are ordinary, s1 (2) and s2 (3) sparse. `back`: the way back of a forwarded row. */
function sparseRow(id: number, vector: Buffer | null, back: Buffer | null): Buffer {
  const parts = [utf16('p'), ...(vector === null ? [] : [vector]), ...(back === null ? [] : [back])];
  const fixed = Buffer.concat([Buffer.from([back === null ? 0x30 : 0x32, 0]), u16(8), u32(id)]);
  const head = Buffer.concat([fixed, u16(4), Buffer.from([0]), u16(parts.length)]);
  let end = head.length + 2 * parts.length;
  const ends = parts.map((part, i) => (end += part.length) | (i === 0 ? 0 : 0x8000));
  return Buffer.concat([head, u16(...ends), ...parts]);
}

const VECTOR = Buffer.concat([u16(5, 2), u16(2, 3), u16(16, 22), u32(77), utf16('few')]);
const BACK = Buffer.concat([u16(1024), u32(33), u16(1, 0)]);
const SPARSE_PAGE = findBytes(SOURCE, utf16('only')).page;

describe('sparse columns', () => {
  it('of a forwarded row too, whose way back stands behind them', () => {
    const bytes = fresh();
    setRecords(bytes, SPARSE_PAGE, [sparseRow(1, VECTOR, null), sparseRow(2, VECTOR, BACK), sparseRow(3, null, BACK)]);
    expect(read(bytes, 'sparse')).toEqual({
      rows: [
        { id: 1, s1: 77, s2: 'few', plain: 'p' },
        { id: 2, s1: 77, s2: 'few', plain: 'p' },
        { id: 3, s1: null, s2: null, plain: 'p' },
      ],
      lost: [],
    });
  });

  it('a vector that leaves the page is told', () => {
    const bytes = fresh();
    const row = sparseRow(1, VECTOR, null);
    row.writeUInt16LE(0x8000 | 8190, 15); // end of the vector
    setRecords(bytes, SPARSE_PAGE, [row]);
    const { rows, lost } = read(bytes, 'sparse');
    expect(rows).toEqual([{ id: 1, s1: null, s2: null, plain: 'p' }]);
    expect(lost).toHaveLength(2);
    expect(lost[0]).toContain('column s1');
  });
});

describe('text', () => {
  /** The collation of `scalars.varchar`, which is read as these bytes. */
  function withCollation(collation: number, stored: Buffer): SqlValue {
    const bytes = fresh();
    const columns = open(bytes).table('scalars').columns;
    const number = columns.findIndex(({ name }) => name === 'varchar') + 1;
    const row = findBytes(
      bytes,
      Buffer.concat([
        u32(0xffff_ffff & Number(72057594038779904n & 0xffff_ffffn)),
        u32(0x0100_0000),
        u32(number),
        u32(number),
      ]),
    );
    new DataView(bytes.buffer).setUint32(row.at + 28, collation, true);
    seal(bytes, row.page);
    const value = findBytes(bytes, Buffer.from('caf\xe9 \x80', 'latin1'));
    bytes.set(stored, value.at);
    seal(bytes, value.page);
    const database = open(bytes);
    const table = database.table('scalars');
    const [first] = [...table.rows({ columns: ['varchar'] })];
    expect(database.findings).toEqual([]);
    return first![0]!;
  }

  it.each([
    ['UTF-8 (Latin1_General_100_CI_AS_SC_UTF8)', 0xd108, Buffer.from('aé€'), 'aé€'],
    ['Cyrillic_General_CI_AS', 0xd015, Buffer.from([0x49, 0xe9, 0x20, 0xc6, 0xf0, 0x80]), 'Iй ЖрЂ'],
    ['Greek_CI_AS', 0xd007, Buffer.from([0x49, 0xe9, 0x20, 0xc6, 0xf0, 0x80]), 'Iι Ζπ€'],
    ['Japanese_CI_AS', 0xd010, Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x41, 0x42]), '日本AB'],
    ['none of its own: that of the database', 0, Buffer.from('caf\xe9 \x80', 'latin1'), 'café €'],
  ])('%s', (_name, collation, stored, expected) => {
    expect(withCollation(collation, stored)).toBe(expected);
  });

  it('UTF-16 of an odd number of bytes is no text', () => {
    const bytes = fresh();
    const row = sparseRow(1, null, null);
    row.writeUInt16LE(row.readUInt16LE(13) - 1, 13);
    setRecords(bytes, SPARSE_PAGE, [row.subarray(0, row.length - 1)]);
    const { rows, lost } = read(bytes, 'sparse');
    expect(rows[0]!['plain']).toBeNull();
    expect(lost[0]).toContain('column plain');
  });
});

describe('names', () => {
  function renamed(from: string, to: string): Uint8Array {
    const bytes = fresh();
    const { page, at } = findBytes(bytes, utf16(from));
    bytes.set(utf16(to), at);
    seal(bytes, page);
    return bytes;
  }

  it('of columns that differ in case only are told apart', () => {
    const table = open(renamed('time3', 'TIME0')).table('scalars');
    expect([...table.rows({ columns: ['TIME0', 'time0'] })][0]).toEqual(['03:25:45.678', '23:59:59']);
  });

  it('of tables too', () => {
    const database = open(renamed('scalars', 'RECORDS'));
    expect(database.table('records').columns).toHaveLength(3);
    expect(database.table('RECORDS').columns).toHaveLength(46);
  });

  it('of tables in several schemas, none of them dbo, are not guessed', () => {
    const bytes = renamed('scalars', 'records');
    const rows = open(bytes)
      .tables()
      .filter(({ name }) => name === 'records');
    for (const [i, { objectId }] of rows.entries()) {
      const object = Buffer.concat([u32(objectId, 1), Buffer.from([1]), u32(0), Buffer.from('U ')]);
      const { page, at } = findBytes(bytes, object);
      bytes.set(u32(i + 2), at + 4); // guest and INFORMATION_SCHEMA
      seal(bytes, page);
    }
    expect(() => open(bytes).table('records')).toThrow(/2 tables are called records/);
    expect(open(bytes).table('guest.records').name).toBe('records');
  });
});

describe('real', () => {
  it.each([0.1, 16_777_216, 3.4028234663852886e38, 1.401298464324817e-45, 123_456.79])('%d', (value) => {
    const stored = Math.fround(value);
    expect(Math.fround(realNumber(stored))).toBe(stored);
  });

  it('has no digits that say nothing', () => {
    expect(realNumber(Math.fround(0.1))).toBe(0.1);
    expect(realNumber(16_777_216)).toBe(16_777_216);
  });
});

describe('xml', () => {
  const count = (value: number): Buffer => Buffer.from(value < 128 ? [value] : [(value & 127) | 128, value >> 7]);
  const text = (value: string): Buffer => Buffer.concat([count(value.length), utf16(value)]);
  const element = (name: string, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from('dfff01b004f0', 'hex'), text(name), Buffer.from([0xef, 0, 0, 1]), content]);

  it('line ends and tabs of attributes, and carriage returns, come back', () => {
    const attribute = Buffer.concat([Buffer.from([0xf6, 1, 0x11]), text('a\n\t\r"&'), Buffer.from([0xf5])]);
    const value = Buffer.concat([Buffer.from([0x11]), text('x\r\ny')]);
    expect(
      readBinaryXml(element('e', Buffer.concat([Buffer.from([0xf8, 1]), attribute, value, Buffer.from([0xf7])]))),
    ).toBe('<e e="a&#x0A;&#x09;&#x0D;&quot;&amp;">x&#x0D;\ny</e>');
  });

  it('a long name in millions of places is refused before it takes all memory', () => {
    const bomb = Buffer.concat(Array.from({ length: 100_000 }, () => Buffer.from([0xf8, 1, 0xf7])));
    expect(() => readBinaryXml(element('n'.repeat(4000), bomb))).toThrow(/more than is read into memory/);
  });
});
