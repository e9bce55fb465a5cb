/**
 * Goal: every rule of the format that a file can break gives its own error or finding, and what can still be read is
 * read. Method: a table of small changes to a built image, each with the code it must lead to.
 */

import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { isVhdx } from '../../../src/vhdx/vhdx-file.ts';
import { FaultyFile } from '../../support/files.ts';
import {
  BAT_GUID,
  BAT_OFFSET,
  type BuiltVhdx,
  batEntry,
  buildVhdx,
  diskItems,
  guidOf,
  headerBytes,
  ITEM,
  type Item,
  locatorBytes,
  METADATA_GUID,
  METADATA_OFFSET,
  metadataBytes,
  type Region,
  regionTableBytes,
  u32,
  u64,
  utf16,
  type VhdxPlan,
} from '../../support/vhdx-builder.ts';
import { codesOf, errorOf, expectSame, openVhdx, over, shapeOf } from '../../support/vhdx-reading.ts';

const MIB = 2 ** 20;
const FILLED = new Uint8Array(MIB).fill(0x77);

/** A dynamic disk of 8 MiB with blocks 1 and 2 there, at 4 and 5 MiB of the file. */
function plain(change: Partial<VhdxPlan> = {}): BuiltVhdx {
  return buildVhdx({
    size: 8 * MIB,
    blocks: new Map([
      [1, { state: 6, data: FILLED }],
      [2, { state: 6, data: FILLED }],
    ]),
    ...change,
  });
}

const LOCATOR = [
  ['parent_linkage', `{${guidOf(0xa)}}`],
  ['relative_path', '.\\parent.vhdx'],
] as const;

function child(change: Partial<VhdxPlan> = {}): BuiltVhdx {
  return buildVhdx({ size: 8 * MIB, locator: LOCATOR, ...change });
}

function setItems(built: BuiltVhdx, change: (items: Item[]) => void): void {
  const items = built.items.map((item) => ({ ...item }));
  change(items);
  built.file.write(METADATA_OFFSET, metadataBytes(items));
}

function setRegions(built: BuiltVhdx, change: (regions: Region[]) => void): void {
  const regions = built.regions.map((region) => ({ ...region }));
  change(regions);
  built.file.write(0x30000, regionTableBytes(regions));
  built.file.write(0x40000, regionTableBytes(regions));
}

function setHeaders(built: BuiltVhdx, fields: Parameters<typeof headerBytes>[0]): void {
  built.file.write(0x10000, headerBytes({ ...fields, sequence: 8 }));
  built.file.write(0x20000, headerBytes({ ...fields, sequence: 9 }));
}

/** The same bytes into both copies of a structure. */
function both(file: BuiltVhdx['file'], copies: readonly number[], at: number, bytes: Uint8Array): void {
  for (const copy of copies) file.write(copy + at, bytes);
}

type Case = readonly [what: string, change: (built: BuiltVhdx) => void, code: string, plan?: Partial<VhdxPlan>];

const REFUSED: readonly Case[] = [
  ['no signature', ({ file }) => file.write(0, Uint8Array.of(0)), 'VHDX_SIGNATURE_MISSING'],
  ['less than 1 MiB', ({ file }) => (file.size = MIB - 1), 'VHDX_FILE_TOO_SHORT'],
  ['both headers broken', ({ file }) => both(file, [0x10000, 0x20000], 100, Uint8Array.of(1)), 'VHDX_HEADERS_INVALID'],
  [
    'equal sequence numbers, different headers',
    ({ file }) => {
      file.write(0x10000, headerBytes({ sequence: 5 }));
      file.write(0x20000, headerBytes({ sequence: 5, dataWriteGuid: guidOf(77) }));
    },
    'VHDX_HEADERS_CONFLICT',
  ],
  ['header version 2', (built) => setHeaders(built, { version: 2 }), 'VHDX_HEADER_VERSION_UNSUPPORTED'],
  [
    'log GUID set, log version 1',
    (built) => setHeaders(built, { logGuid: guidOf(1), logVersion: 1 }),
    'VHDX_LOG_VERSION_UNSUPPORTED',
  ],
  [
    'log GUID set, log length 0',
    (built) => setHeaders(built, { logGuid: guidOf(1), logLength: 0 }),
    'VHDX_LOG_MISPLACED',
  ],
  [
    'log GUID set, log of 0xFFF00000 bytes',
    (built) => setHeaders(built, { logGuid: guidOf(1), logLength: 0xfff0_0000 }),
    'VHDX_LOG_MISPLACED',
  ],
  ['log GUID set, log at 0', (built) => setHeaders(built, { logGuid: guidOf(1), logOffset: 0 }), 'VHDX_LOG_MISPLACED'],
  [
    'log GUID set, log not on a MiB',
    (built) => setHeaders(built, { logGuid: guidOf(1), logOffset: MIB + 4096 }),
    'VHDX_LOG_MISPLACED',
  ],
  ['log GUID set, empty log', (built) => setHeaders(built, { logGuid: guidOf(1) }), 'VHDX_LOG_NO_ACTIVE_SEQUENCE'],
  ['both region tables broken', ({ file }) => both(file, [0x30000, 0x40000], 4, u32(1)), 'VHDX_REGION_TABLES_INVALID'],
  [
    'more region entries than fit',
    ({ file }) => both(file, [0x30000, 0x40000], 0, regionTableBytes([], 2048)),
    'VHDX_REGION_TABLES_INVALID',
  ],
  ['no BAT region', (built) => setRegions(built, (regions) => regions.pop()), 'VHDX_REGION_MISSING'],
  ['no metadata region', (built) => setRegions(built, (regions) => regions.shift()), 'VHDX_REGION_MISSING'],
  [
    'a region twice',
    (built) => setRegions(built, (regions) => regions.push({ ...regions[0]!, offset: 9 * MIB })),
    'VHDX_REGION_DUPLICATE',
  ],
  [
    'an unknown region that is required',
    (built) =>
      setRegions(built, (regions) => regions.push({ guid: guidOf(5), offset: 5 * MIB, length: MIB, flags: 1 })),
    'VHDX_REGION_UNKNOWN_REQUIRED',
  ],
  [
    'a region in the first MiB',
    (built) => setRegions(built, (regions) => (regions[0]!.offset = 0)),
    'VHDX_REGION_MISPLACED',
  ],
  [
    'a region off its MiB',
    (built) => setRegions(built, (regions) => (regions[0]!.offset = 2 * MIB + 512)),
    'VHDX_REGION_MISPLACED',
  ],
  [
    'a region at 2^63',
    (built) => setRegions(built, (regions) => (regions[0]!.offset = 2n ** 63n)),
    'VHDX_REGION_MISPLACED',
  ],
  ['a region of length 0', (built) => setRegions(built, (regions) => (regions[0]!.length = 0)), 'VHDX_REGION_LENGTH'],
  [
    'a region past the end',
    (built) => setRegions(built, (regions) => (regions[0]!.offset = 900 * MIB)),
    'VHDX_REGION_PAST_END',
  ],
  [
    'regions over each other',
    (built) => setRegions(built, (regions) => (regions[0]!.offset = BAT_OFFSET)),
    'VHDX_REGION_OVERLAP',
  ],
  [
    'a region over the log',
    (built) => setRegions(built, (regions) => (regions[0]!.offset = MIB)),
    'VHDX_REGION_OVERLAP',
  ],
  ['no metadata signature', ({ file }) => file.write(METADATA_OFFSET, u32(0)), 'VHDX_METADATA_SIGNATURE'],
  [
    'more metadata entries than fit',
    ({ file }) => file.write(METADATA_OFFSET, metadataBytes([], 2048)),
    'VHDX_METADATA_COUNT',
  ],
  [
    'an unknown system item that is required',
    add({ id: guidOf(5), flags: 4, bytes: u32(0) }),
    'VHDX_METADATA_UNKNOWN_REQUIRED',
  ],
  ['a user item that is required', add({ id: guidOf(5), flags: 5, bytes: u32(0) }), 'VHDX_METADATA_FLAGS'],
  ['an item twice', add({ id: ITEM.size, flags: 6, bytes: u64(MIB) }), 'VHDX_METADATA_DUPLICATE'],
  [
    'an item of 1 MiB and a byte',
    add({ id: guidOf(5), flags: 0, bytes: u32(0), length: MIB + 1 }),
    'VHDX_METADATA_ITEM_LENGTH',
  ],
  [
    'an empty item with an offset',
    add({ id: guidOf(5), flags: 0, bytes: u32(0), length: 0, offset: 70_000 }),
    'VHDX_METADATA_EMPTY_ITEM',
  ],
  [
    'an item inside the table',
    add({ id: guidOf(5), flags: 0, bytes: u32(0), offset: 65_532 }),
    'VHDX_METADATA_MISPLACED',
  ],
  [
    'an item past the region',
    add({ id: guidOf(5), flags: 0, bytes: u32(0), offset: MIB - 2 }),
    'VHDX_METADATA_MISPLACED',
  ],
  [
    'items over each other',
    add({ id: guidOf(5), flags: 0, bytes: new Uint8Array(8), offset: 0x10004 }),
    'VHDX_METADATA_OVERLAP',
  ],
  [
    'an item without a name',
    add({ id: guidOf(0).replace('4', '0').replace('8', '0'), flags: 0, bytes: u32(0) }),
    'VHDX_METADATA_NIL_ITEM',
  ],
  ['a file still being made', add({ id: ITEM.incomplete, flags: 4, bytes: new Uint8Array(0) }), 'VHDX_FILE_INCOMPLETE'],
  ['no file parameters', (built) => setItems(built, (items) => items.shift()), 'VHDX_METADATA_MISSING'],
  ['no virtual size', (built) => setItems(built, (items) => items.splice(1, 1)), 'VHDX_METADATA_MISSING'],
  ['no logical sector size', (built) => setItems(built, (items) => items.splice(3, 1)), 'VHDX_METADATA_MISSING'],
  ['a virtual size of 4 bytes', item(1, u32(MIB)), 'VHDX_METADATA_ITEM_LENGTH'],
  ['blocks of 3 MiB', item(0, Uint8Array.of(0, 0, 0x30, 0, 0, 0, 0, 0)), 'VHDX_METADATA_BLOCK_SIZE'],
  ['blocks of 512 KiB', item(0, Uint8Array.of(0, 0, 8, 0, 0, 0, 0, 0)), 'VHDX_METADATA_BLOCK_SIZE'],
  ['blocks of 512 MiB', item(0, Uint8Array.of(0, 0, 0, 0x20, 0, 0, 0, 0)), 'VHDX_METADATA_BLOCK_SIZE'],
  ['blocks of 0 bytes', item(0, new Uint8Array(8)), 'VHDX_METADATA_BLOCK_SIZE'],
  ['a virtual size of 0', item(1, u64(0)), 'VHDX_METADATA_VIRTUAL_SIZE'],
  ['a virtual size off the sector', item(1, u64(MIB + 1)), 'VHDX_METADATA_VIRTUAL_SIZE'],
  ['a virtual size above 64 TiB', item(1, u64(2 ** 46 + 512)), 'VHDX_METADATA_VIRTUAL_SIZE'],
  ['a virtual size of 2^64-512', item(1, u64(2n ** 64n - 512n)), 'VHDX_METADATA_VIRTUAL_SIZE'],
  ['logical sectors of 520 bytes', item(3, u32(520)), 'VHDX_METADATA_SECTOR_SIZE'],
  ['a BAT too small for the disk', item(1, u64(2 ** 44)), 'VHDX_BAT_TOO_SMALL'],
  [
    'a parent and no locator',
    (built) => setItems(built, (items) => items.pop()),
    'VHDX_LOCATOR_MISSING',
    { locator: LOCATOR },
  ],
  ['a locator of another type', locator(locatorBytes(LOCATOR, guidOf(9))), 'VHDX_LOCATOR_TYPE', { locator: LOCATOR }],
  ['a locator without pairs', locator(locatorBytes([])), 'VHDX_LOCATOR_COUNT', { locator: LOCATOR }],
  [
    'a locator of 257 pairs',
    locator(locatorBytes(Array.from({ length: 257 }, (_, i) => [`k${i}`, 'v'] as const))),
    'VHDX_LOCATOR_COUNT',
    { locator: LOCATOR },
  ],
];

function add(one: Item): (built: BuiltVhdx) => void {
  return (built) => setItems(built, (items) => items.push(one));
}

function item(index: number, bytes: Uint8Array): (built: BuiltVhdx) => void {
  return (built) => setItems(built, (items) => (items[index]!.bytes = bytes));
}

function locator(bytes: Uint8Array): (built: BuiltVhdx) => void {
  return (built) => setItems(built, (items) => (items.at(-1)!.bytes = bytes));
}

describe('refused, with a code of its own', () => {
  for (const [what, change, code, plan] of REFUSED) {
    it(`${what}: ${code}`, () => {
      const built = plain(plan);
      change(built);
      const error = errorOf(() => openVhdx(built.file));
      expect(error.code).toBe(code);
      expect(error.at.image).toBe('built.vhdx');
      expect(error.at.structure).toBeDefined();
      expect(error.at.offset).toBeGreaterThanOrEqual(0);
    });
  }
});

const TOLD: readonly Case[] = [
  [
    'two identical headers of one sequence number, as Disk2vhd writes',
    ({ file }) => both(file, [0x10000, 0x20000], 0, headerBytes({ sequence: 4 })),
    'VHDX_HEADERS_EQUAL',
  ],
  [
    'region tables that are valid and differ',
    ({ file, regions }) => file.write(0x40000, regionTableBytes(regions.map((r) => ({ ...r, flags: 0 })))),
    'VHDX_REGION_TABLES_DIFFER',
  ],
  [
    'a clean log past the end of the file',
    (built) => setHeaders(built, { logOffset: 900 * MIB }),
    'VHDX_LOG_MISPLACED',
  ],
  [
    'reserved bits in a region entry',
    (built) => setRegions(built, (regions) => (regions[0]!.flags = 3)),
    'VHDX_REGION_RESERVED',
  ],
  [
    'an unknown optional region past the end',
    (built) =>
      setRegions(built, (regions) => regions.push({ guid: guidOf(5), offset: 900 * MIB, length: MIB, flags: 0 })),
    'VHDX_REGION_PAST_END',
  ],
  ['reserved bits in a metadata entry', add({ id: guidOf(5), flags: 8, bytes: u32(0) }), 'VHDX_METADATA_RESERVED'],
  [
    'the virtual size not marked as the disk’s',
    (built) => setItems(built, (items) => (items[1]!.flags = 4)),
    'VHDX_METADATA_FLAGS',
  ],
  ['a physical sector size of 520', item(4, u32(520)), 'VHDX_METADATA_PHYSICAL_SECTOR_SIZE'],
  ['no virtual disk id', (built) => setItems(built, (items) => items.splice(2, 1)), 'VHDX_METADATA_VIRTUAL_DISK_ID'],
  ['reserved file parameter bits', item(0, Uint8Array.of(0, 0, 0x10, 0, 4, 0, 0, 0)), 'VHDX_METADATA_RESERVED'],
];

describe('told, and read all the same', () => {
  for (const [what, change, code] of TOLD) {
    it(`${what}: ${code}`, () => {
      const built = plain();
      change(built);
      const disk = openVhdx(built.file);
      expect(codesOf(disk.findings)).toEqual([code]);
      expect(readBytes(disk, MIB, 2 * MIB).every((byte) => byte === 0x77)).toBe(true);
    });
  }

  it('a file identifier that is all zeros, was cut off, or lies on a bad sector: the headers tell what it is', () => {
    for (const left of ['', 'vhdx', null]) {
      const isBad = left === null;
      const built = plain();
      if (!isBad)
        built.file.write(
          0,
          Uint8Array.from({ length: 520 }, (_, at) => left.charCodeAt(at)),
        );
      const file = new FaultyFile(built.file, { bad: isBad ? [{ offset: 0, length: 512 }] : [] });
      expect(isVhdx(new FileMap(file))).toBe(true);
      const disk = openVhdx(file);
      expectSame(readBytes(disk, MIB, MIB), FILLED);
      expect(codesOf(disk.check())).toEqual(['VHDX_IDENTIFIER_LOST']);
      for (const offset of [0x10000, 0x20000]) built.file.write(offset, new Uint8Array(4096));
      expect(isVhdx(new FileMap(file))).toBe(false);
    }
    const other = plain();
    other.file.write(0, new Uint8Array(520).fill(1));
    expect(isVhdx(new FileMap(other.file))).toBe(false);
  });

  it('an optional region that is ignored takes no room: blocks where it claims to be are read', () => {
    const built = plain();
    setRegions(built, (regions) => {
      regions.push({ guid: guidOf(5), offset: 4 * MIB, length: 2 ** 32 - MIB, flags: 0 });
      regions.push({ guid: guidOf(6), offset: BAT_OFFSET, length: 2 * MIB, flags: 0 });
    });
    const disk = openVhdx(built.file);
    expectSame(readBytes(disk, MIB, MIB), FILLED);
    expect(codesOf(disk.check())).toEqual(['VHDX_REGION_PAST_END', 'VHDX_REGION_OVERLAP']);
  });

  it('what qemu writes is no finding: regions not marked required, log not used', () => {
    const built = plain();
    setRegions(built, (regions) => {
      for (const region of regions) region.flags = 0;
    });
    expect(openVhdx(built.file).findings).toEqual([]);
  });

  it('an unknown optional item, a user item with the GUID of a system item, an empty item: ignored', () => {
    const built = plain();
    setItems(built, (items) => {
      items.push({ id: guidOf(5), flags: 0, bytes: u32(1) });
      items.push({ id: ITEM.size, flags: 1, bytes: u64(512) });
      items.push({ id: guidOf(6), flags: 0, bytes: new Uint8Array(0) });
    });
    const disk = openVhdx(built.file);
    expect(disk.findings).toEqual([]);
    expect(disk.size).toBe(8 * MIB);
  });
});

describe('locator pairs', () => {
  const ask = (bytes: Uint8Array): { findings: string[]; request: unknown } => {
    const built = child();
    locator(bytes)(built);
    let request: unknown;
    const parent = openVhdx(plain().file);
    const disk = openVhdx(built.file, (asked) => {
      request = asked;
      return parent;
    });
    return { findings: codesOf(disk.findings), request };
  };

  it('a NUL in a value: that pair is left out, and the others count', () => {
    const { findings, request } = ask(locatorBytes([...LOCATOR, ['absolute_win32_path', 'C:\\a\0b']]));
    expect(findings).toEqual(['VHDX_LOCATOR_PAIR']);
    expect(request).toMatchObject({ candidates: [{ key: 'relative_path', path: '.\\parent.vhdx' }] });
  });

  it('keys and values that end with a NUL are read without it', () => {
    const terminated = LOCATOR.map(([key, value], index) => [index === 0 ? `${key}\0` : key, `${value}\0`] as const);
    const { findings, request } = ask(locatorBytes(terminated));
    expect(findings).toEqual([]);
    expect(request).toEqual(ask(locatorBytes(LOCATOR)).request);
  });

  it('pairs that point out of the item or have odd lengths are left out', () => {
    const bytes = locatorBytes([...LOCATOR, ['volume_path', 'V'], ['absolute_win32_path', 'W']]);
    const view = new DataView(bytes.buffer);
    view.setUint32(20 + 12 * 2 + 4, 0xffff_fffe, true);
    view.setUint16(20 + 12 * 3 + 8, 3, true);
    expect(ask(bytes).findings).toEqual(['VHDX_LOCATOR_PAIR', 'VHDX_LOCATOR_PAIR']);
  });

  it('both linkages are offered, braces or none, in any case; paths come in the prescribed order', () => {
    const { request } = ask(
      locatorBytes([
        ['absolute_win32_path', 'C:\\ä\\p.vhdx'],
        ['volume_path', '\\\\?\\Volume{x}\\p.vhdx'],
        ['parent_linkage2', guidOf(0xbb).toUpperCase()],
        ['parent_linkage', `{${guidOf(0xaa).toUpperCase()}}`],
        ['relative_path', '..\\p.vhdx'],
      ]),
    );
    expect(request).toMatchObject({
      candidates: [
        { key: 'relative_path' },
        { key: 'volume_path' },
        { key: 'absolute_win32_path', path: 'C:\\ä\\p.vhdx' },
      ],
      identities: [guidOf(0xaa), guidOf(0xbb)],
    });
  });

  it('no linkage, no path, a key twice: told', () => {
    const { findings } = ask(
      locatorBytes([
        ['parent_linkage', 'none'],
        ['parent_linkage', 'more'],
      ]),
    );
    expect(findings).toEqual([
      'VHDX_LOCATOR_DUPLICATE',
      'VHDX_LOCATOR_NO_PATH',
      'VHDX_LOCATOR_LINKAGE',
      'VHDX_LOCATOR_NO_LINKAGE',
    ]);
  });
});

describe('a bad BAT entry costs its own block', () => {
  const entry = (built: BuiltVhdx, index: number, bytes: Uint8Array): void =>
    built.file.write(BAT_OFFSET + 8 * index, bytes);
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['past the end of the file', batEntry(6, 900), 'VHDX_BAT_PAST_END'],
    ['at 2^44-1 MiB', batEntry(6, 2 ** 44 - 1), 'VHDX_BAT_PAST_END'],
    ['present at offset 0', batEntry(6, 0), 'VHDX_BAT_NO_OFFSET'],
    ['on the log', batEntry(6, 1), 'VHDX_BAT_OVERLAPS_STRUCTURE'],
    ['on the metadata', batEntry(6, 2), 'VHDX_BAT_OVERLAPS_STRUCTURE'],
    ['on the BAT', batEntry(6, 3), 'VHDX_BAT_OVERLAPS_STRUCTURE'],
    ['reserved state 4', batEntry(4, 4), 'VHDX_BAT_STATE_RESERVED'],
    ['reserved state 5', batEntry(5, 4), 'VHDX_BAT_STATE_RESERVED'],
    ['partially present in a disk without a parent', batEntry(7, 4), 'VHDX_BAT_PARTIAL_WITHOUT_PARENT'],
  ];
  for (const [what, bytes, code] of cases) {
    it(`${what}: ${code}`, () => {
      const built = plain();
      entry(built, 1, bytes);
      const disk = openVhdx(built.file);
      const error = errorOf(() => readBytes(disk, MIB + 512, 512));
      expect(error.code).toBe(code);
      expect(error.at).toEqual({ image: 'built.vhdx', structure: 'BAT', offset: BAT_OFFSET + 8 });
      expectSame(readBytes(disk, 2 * MIB, MIB), FILLED);
      expect(readBytes(disk, 0, MIB).every((byte) => byte === 0)).toBe(true);
      expect(codesOf(disk.check())).toContain(code);
    });
  }

  it('reserved bits 3 to 19 do not stop reading, and check tells them', () => {
    const built = plain();
    entry(built, 1, u64((4n << 20n) | 0xffff8n | 6n));
    const disk = openVhdx(built.file);
    expectSame(readBytes(disk, MIB, MIB), FILLED);
    expect(codesOf(disk.check())).toEqual(['VHDX_BAT_RESERVED']);
  });

  it('two blocks at one place, ZERO with an offset, a bitmap entry without a parent, unreferenced space: check tells', () => {
    const built = plain({ size: 2 ** 33 });
    entry(built, 1, batEntry(6, 5));
    entry(built, 3, batEntry(2, 4));
    entry(built, 4096, batEntry(6, 4));
    const disk = openVhdx(built.file);
    const codes = codesOf(disk.check());
    expect(codes).toEqual([
      'VHDX_BAT_OVERLAP',
      'VHDX_BAT_ZERO_WITH_OFFSET',
      'VHDX_BAT_BITMAP_WITHOUT_PARENT',
      'VHDX_SPACE_UNREFERENCED',
    ]);
  });

  it('partially present without a sector bitmap: unreadable, and NOT_PRESENT beside it is the parent', () => {
    const parent = openVhdx(plain().file);
    const built = child({ blocks: new Map([[2, { state: 7, data: FILLED }]]) });
    const disk = openVhdx(built.file, over(parent));
    expect(errorOf(() => readBytes(disk, 2 * MIB, 1)).code).toBe('VHDX_BAT_BITMAP_MISSING');
    expectSame(readBytes(disk, MIB, MIB), FILLED);
    expect(codesOf(disk.check())).toContain('VHDX_BAT_BITMAP_MISSING');
  });

  it('the file ends inside a block: what is there is read, the rest is unreadable, never zeros', () => {
    const built = plain();
    built.file.size = 5 * MIB + 700;
    const disk = openVhdx(built.file);
    expect(readBytes(disk, MIB, MIB + 700).every((byte) => byte === 0x77)).toBe(true);
    expect(errorOf(() => readBytes(disk, 2 * MIB + 700, 1)).code).toBe('VHDX_BLOCK_TRUNCATED');
    expect(readBytes(disk, 3 * MIB, MIB).every((byte) => byte === 0)).toBe(true);
    expect(codesOf(disk.check())).toContain('VHDX_BLOCK_TRUNCATED');
  });

  it('the file ends with the last sector of the disk instead of its block, as old qemu writes: all is there', () => {
    const built = plain({ size: MIB + 1536, blocks: new Map([[1, { state: 6, data: FILLED }]]) });
    built.file.size = 4 * MIB + 1536;
    const disk = openVhdx(built.file);
    expect(readBytes(disk, MIB, 1536).every((byte) => byte === 0x77)).toBe(true);
    expect(codesOf(disk.check())).toEqual(['VHDX_FILE_SIZE']);
  });

  it('a bad sector of the BAT costs the blocks of its entries, not the others, and only while it is bad', () => {
    const blocks = new Map([0, 63, 64, 127, 128, 8000].map((block) => [block, { state: 6, data: FILLED }] as const));
    const built = plain({ size: 2 ** 33, blocks });
    const faulty = new FaultyFile(built.file, { bad: [{ offset: BAT_OFFSET + 512, length: 512 }] });
    const disk = openVhdx(faulty);
    expect(shapeOf(disk, 0, 129 * MIB)).toBe(
      'built.vhdx@4096+1024 Z63488 built.vhdx@5120+1024 C65536 built.vhdx@8192+1024',
    );
    expectSame(readBytes(disk, 128 * MIB, MIB), FILLED);
    expectSame(readBytes(disk, 8000 * MIB, MIB), FILLED);
    expect(errorOf(() => readBytes(disk, 64 * MIB, 1)).kind).toBe('io');
    const told = [...disk.check()].filter(({ severity }) => severity === 'error');
    expect(told.map(({ message }) => message)).toEqual(['BAT entries 64 to 127: i/o error, read']);
    expect(disk.countBlockStates()).toMatchObject({ fullyPresent: 4, unreadable: 64 });
    faulty.bad.length = 0;
    expectSame(readBytes(disk, 127 * MIB, MIB), FILLED);
  });

  it('a bad sector of a sector bitmap costs the sectors of its bits, not the rest of the block', () => {
    const blockSize = 4 * MIB;
    const present = Array.from({ length: blockSize / 512 }, (_, i) => i);
    const parent = openVhdx(buildVhdx({ size: 8 * MIB, blockSize, blocks: new Map() }).file);
    const data = new Uint8Array(blockSize).fill(0x77);
    const built = child({ blockSize, blocks: new Map([[1, { state: 7, data, present }]]) });
    const bitmap = built.file.size - MIB + blockSize / 512 / 8;
    for (const bad of [0, 1]) {
      const faulty = new FaultyFile(built.file, { bad: [{ offset: bitmap + 512 * bad, length: 512 }] });
      const disk = openVhdx(faulty, over(parent));
      const good = `built.vhdx@${4096 + 2048 * (1 - bad)}+2048`;
      expect(shapeOf(disk, 4 * MIB, 4 * MIB)).toBe(bad === 0 ? `C2048 ${good}` : `${good} C2048`);
      // A first look at some place in the middle goes another way.
      const fresh = openVhdx(faulty, over(parent));
      expectSame(readBytes(fresh, (7 - 2 * bad) * MIB, MIB), FILLED);
      expect(errorOf(() => readBytes(fresh, (5 + 2 * bad) * MIB, MIB)).kind).toBe('io');
    }
  });
});

describe('identity', () => {
  it('only the eight bytes of the signature make a VHDX', () => {
    expect(isVhdx(new FileMap(plain().file))).toBe(true);
    expect(isVhdx(new FileMap(new MemoryFile(utf16('vhdxfile'))))).toBe(false);
    expect(isVhdx(new FileMap(new MemoryFile(new Uint8Array(3))))).toBe(false);
  });

  it('the builder’s own items open without a finding', () => {
    expect(diskItems({ size: MIB })).toHaveLength(5);
    expect(openVhdx(plain().file).findings).toEqual([]);
    expect([BAT_GUID, METADATA_GUID]).toHaveLength(2);
  });
});
