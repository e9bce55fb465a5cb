/**
 * Goal: a dirty log is replayed in memory as the format says, whatever stands in the ring, and the file stays as it is.
 * Method: logs written entry by entry by code of its own; what the disk reads is compared with what was logged.
 */

import { afterEach, describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/map/read-map.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { FaultyFile } from '../../support/files.ts';
import {
  BAT_OFFSET,
  type BuiltVhdx,
  batEntry,
  buildVhdx,
  guidOf,
  headerBytes,
  LOG_OFFSET,
  type LogChange,
  logEntryBytes,
  METADATA_OFFSET,
  metadataBytes,
  regionTableBytes,
  u64,
  writeRing,
} from '../../support/vhdx-builder.ts';
import { codesOf, errorOf, expectSame, openVhdx, over, sha256Of } from '../../support/vhdx-reading.ts';

const MIB = 2 ** 20;
const GUID = guidOf(0x109);

let unchanged: () => void = () => {};
afterEach(() => unchanged());

/** A disk of 8 MiB whose blocks 0 and 1 are full of 0x11 and 0x22, at 4 and 5 MiB, with an empty log. */
function dirty(): BuiltVhdx {
  const built = buildVhdx({
    size: 8 * MIB,
    header: { logGuid: GUID },
    blocks: new Map([
      [0, { state: 6, data: new Uint8Array(MIB).fill(0x11) }],
      [1, { state: 6, data: new Uint8Array(MIB).fill(0x22) }],
    ]),
  });
  return built;
}

/** Opens, and sees to it that at the end of the test the file is what it is now. */
function open(built: BuiltVhdx, ...rest: Parameters<typeof openVhdx> extends [unknown, ...infer R] ? R : never) {
  const before = built.file.snapshot();
  unchanged = () => expect(built.file.snapshot()).toBe(before);
  return openVhdx(built.file, ...rest);
}

function page(fill: number): Uint8Array {
  return Uint8Array.from({ length: 4096 }, (_, i) => (fill + (i % 7)) & 0xff);
}

type Entry = {
  seq: number | bigint;
  tail: number;
  changes?: LogChange[];
  flushed?: number;
  last?: number | bigint;
  guid?: string;
};

/** Writes entries one after another from a place in the ring; returns where each starts. */
function log(built: BuiltVhdx, entries: readonly Entry[], start = 0): number[] {
  const starts: number[] = [];
  let at = start;
  for (const { seq, tail, changes, flushed, last, guid } of entries) {
    const bytes = logEntryBytes({
      guid: guid ?? GUID,
      sequence: seq,
      tail,
      flushed: flushed ?? built.file.size,
      last: last ?? built.file.size,
      changes: changes ?? [],
    });
    starts.push(at);
    writeRing(built.file, at, bytes);
    at = (at + bytes.length) % MIB;
  }
  return starts;
}

const data = (fileOffset: number | bigint, fill: number): LogChange => ({ fileOffset, page: page(fill) });
const zero = (fileOffset: number | bigint, zeroLength: number | bigint): LogChange => ({ fileOffset, zeroLength });

describe('replay', () => {
  it('a page over payload: exact bytes, ends restored, read at any offset', () => {
    const built = dirty();
    log(built, [{ seq: 1, tail: 0, changes: [data(4 * MIB + 8192, 0x40)] }]);
    const disk = open(built);
    const expected = new Uint8Array(MIB).fill(0x11);
    expected.set(page(0x40), 8192);
    expectSame(readBytes(disk, 0, MIB), expected);
    for (const [offset, length] of [
      [8190, 20],
      [8200, 1],
      [8192 + 4090, 12],
      [8192, 4096],
    ] as const) {
      expectSame(readBytes(disk, offset, length), expected.subarray(offset, offset + length));
    }
    expect(codesOf(disk.findings)).toEqual(['VHDX_LOG_REPLAYED']);
  });

  it('two entries with different pages: each keeps its own bytes; the same page twice: the later one counts', () => {
    const built = dirty();
    log(built, [
      { seq: 1, tail: 0, changes: [data(4 * MIB, 0x40), data(4 * MIB + 4096, 0x50)] },
      { seq: 2, tail: 0, changes: [data(4 * MIB + 4096, 0x60), data(5 * MIB, 0x70)] },
    ]);
    const disk = open(built);
    expectSame(readBytes(disk, 0, 4096), page(0x40));
    expectSame(readBytes(disk, 4096, 4096), page(0x60));
    expectSame(readBytes(disk, MIB, 4096), page(0x70));
  });

  it('zero descriptors: over data, under data, over earlier zeros, and cut in two by a later page', () => {
    const built = dirty();
    log(built, [
      { seq: 1, tail: 0, changes: [data(4 * MIB, 0x40), zero(4 * MIB, 65_536), data(4 * MIB + 8192, 0x50)] },
      { seq: 2, tail: 0, changes: [zero(4 * MIB + 4096, 4096), data(4 * MIB + 4096, 0x60)] },
    ]);
    const disk = open(built);
    const expected = new Uint8Array(MIB).fill(0x11);
    expected.fill(0, 0, 65_536);
    expected.set(page(0x50), 8192);
    expected.set(page(0x60), 4096);
    expectSame(readBytes(disk, 0, MIB), expected);
  });

  it('region tables, metadata, BAT: all may be in the log and are read through it', () => {
    const built = dirty();
    // On disk: no region tables, no metadata, an empty BAT. In the log: all of them.
    const regions = regionTableBytes(built.regions);
    const metadata = metadataBytes(built.items);
    const bat = new Uint8Array(4096);
    bat.set(batEntry(6, 5), 0);
    built.file.write(0x30000, new Uint8Array(0x20000));
    built.file.write(METADATA_OFFSET, new Uint8Array(MIB));
    built.file.write(BAT_OFFSET, new Uint8Array(4096));
    const pages = (bytes: Uint8Array, at: number): LogChange[] =>
      Array.from({ length: bytes.length / 4096 }, (_, i) => ({
        fileOffset: at + 4096 * i,
        page: bytes.subarray(4096 * i, 4096 * (i + 1)),
      }));
    log(built, [
      { seq: 5, tail: 0, changes: pages(regions, 0x30000) },
      {
        seq: 6,
        tail: 0,
        changes: [...pages(metadata.subarray(0, 69_632), METADATA_OFFSET), ...pages(bat, BAT_OFFSET)],
      },
    ]);
    const disk = open(built);
    expect(readBytes(disk, 0, MIB).every((byte) => byte === 0x22)).toBe(true);
    expect(codesOf(disk.findings)).toEqual(['VHDX_LOG_REPLAYED', 'VHDX_REGION_TABLE_INVALID']);
  });

  it('a sector bitmap in the log', () => {
    const parent = openVhdx(
      buildVhdx({ size: MIB, blocks: new Map([[0, { state: 6, data: new Uint8Array(MIB).fill(0x99) }]]) }).file,
    );
    const built = buildVhdx({
      size: MIB,
      header: { logGuid: GUID },
      locator: [
        ['parent_linkage', `{${guidOf(1)}}`],
        ['relative_path', 'p'],
      ],
      blocks: new Map([[0, { state: 7, data: new Uint8Array(MIB).fill(0x33), present: [] }]]),
    });
    const bitmap = new Uint8Array(4096);
    bitmap[0] = 0b100;
    log(built, [{ seq: 1, tail: 0, changes: [{ fileOffset: built.end - MIB, page: bitmap }] }]);
    const disk = open(built, over(parent));
    expect([0, 2, 3].map((sector) => readBytes(disk, sector * 512, 1)[0])).toEqual([0x99, 0x33, 0x99]);
  });

  it('the file is longer in the log than on disk: zeros past its end, within what the log says', () => {
    const built = dirty();
    const bat = new Uint8Array(4096);
    bat.set(batEntry(6, 6), 0);
    log(built, [
      { seq: 1, tail: 0, changes: [{ fileOffset: BAT_OFFSET, page: bat }, data(6 * MIB + 4096, 0x40)], last: 7 * MIB },
    ]);
    const disk = open(built);
    const expected = new Uint8Array(MIB);
    expected.set(page(0x40), 4096);
    expectSame(readBytes(disk, 0, MIB), expected);
  });
});

describe('which entries count', () => {
  it('an entry that goes over the end of the ring, and a sequence that does', () => {
    const built = dirty();
    const start = MIB - 3 * 4096;
    // Two entries of two and three sectors: the second one wraps; its third neighbour starts at the ring's start.
    const starts = log(
      built,
      [
        { seq: 1, tail: start, changes: [data(4 * MIB, 0x40)] },
        { seq: 2, tail: start, changes: [data(4 * MIB + 4096, 0x50), data(4 * MIB + 8192, 0x58)] },
        { seq: 3, tail: start, changes: [data(5 * MIB, 0x60)] },
      ],
      start,
    );
    expect(starts[2]).toBe(8192);
    const disk = open(built);
    expectSame(readBytes(disk, 0, 12_288), Uint8Array.from([...page(0x40), ...page(0x50), ...page(0x58)]));
    expectSame(readBytes(disk, MIB, 4096), page(0x60));
  });

  it('two sequences: the higher one wins, wherever it stands', () => {
    for (const [first, second] of [
      [10, 20],
      [20, 10],
    ] as const) {
      const built = dirty();
      log(built, [{ seq: first, tail: 0, changes: [data(4 * MIB, first)] }]);
      log(built, [{ seq: second, tail: 65_536, changes: [data(4 * MIB, second)] }], 65_536);
      expectSame(readBytes(open(built), 0, 4096), page(20));
    }
  });

  it('entries before the tail are not applied', () => {
    const built = dirty();
    log(built, [
      { seq: 1, tail: 0, changes: [data(4 * MIB, 0x40)] },
      { seq: 2, tail: 8192, changes: [data(5 * MIB, 0x50)] },
    ]);
    const disk = open(built);
    expectSame(readBytes(disk, 0, 4096), new Uint8Array(4096).fill(0x11));
    expectSame(readBytes(disk, MIB, 4096), page(0x50));
  });

  it('a torn last entry: the sequence ends before it', () => {
    const built = dirty();
    const [, second] = log(built, [
      { seq: 1, tail: 0, changes: [data(4 * MIB, 0x40)] },
      { seq: 2, tail: 0, changes: [data(4 * MIB, 0x50)] },
    ]);
    built.file.write(LOG_OFFSET + second! + 5000, Uint8Array.of(0xee));
    expectSame(readBytes(open(built), 0, 4096), page(0x40));
  });

  it('entries of another log GUID are not of this log', () => {
    const built = dirty();
    log(built, [
      { seq: 1, tail: 0, changes: [data(4 * MIB, 0x40)] },
      { seq: 2, tail: 0, changes: [data(4 * MIB, 0x50)], guid: guidOf(3) },
    ]);
    expectSame(readBytes(open(built), 0, 4096), page(0x40));
  });

  it('a gap in the numbers ends a sequence', () => {
    const built = dirty();
    log(built, [
      { seq: 1, tail: 0, changes: [data(4 * MIB, 0x40)] },
      { seq: 3, tail: 8192, changes: [data(5 * MIB, 0x50)] },
    ]);
    const disk = open(built);
    expectSame(readBytes(disk, 0, 4096), new Uint8Array(4096).fill(0x11));
    expectSame(readBytes(disk, MIB, 4096), page(0x50));
  });

  it('an empty entry is enough; earlier entries may know a larger file than there is', () => {
    const built = dirty();
    log(built, [
      { seq: 1, tail: 0, flushed: 900 * MIB },
      { seq: 2, tail: 0 },
    ]);
    expect(readBytes(open(built), 0, 1)[0]).toBe(0x11);
  });

  it('a full ring: hundreds of entries, all but the last sector', () => {
    const built = dirty();
    const entries = Array.from({ length: 127 }, (_, i) => ({
      seq: i + 1,
      tail: 0,
      changes: [data(4 * MIB + 4096 * i, i)],
    }));
    log(built, entries);
    const disk = open(built);
    for (let i = 0; i < 127; i++) expectSame(readBytes(disk, 4096 * i, 4096), page(i));
  });

  it('an entry with more descriptors than its first sector holds', () => {
    const built = dirty();
    const changes = Array.from({ length: 200 }, (_, i) =>
      i % 3 === 0 ? zero(4 * MIB + 4096 * i, 4096) : data(4 * MIB + 4096 * i, i),
    );
    log(built, [{ seq: 1, tail: 0, changes }]);
    const disk = open(built);
    for (let i = 0; i < 200; i++) {
      expectSame(readBytes(disk, 4096 * i, 4096), i % 3 === 0 ? new Uint8Array(4096) : page(i));
    }
  });
});

describe('refused', () => {
  const cases: readonly (readonly [string, (built: BuiltVhdx) => void, string])[] = [
    ['the tail is no entry of the sequence', (b) => log(b, [{ seq: 1, tail: 4096 }]), 'VHDX_LOG_NO_ACTIVE_SEQUENCE'],
    [
      'a page for the identifier',
      (b) => log(b, [{ seq: 1, tail: 0, changes: [data(0, 1)] }]),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'a page for a header',
      (b) => log(b, [{ seq: 1, tail: 0, changes: [data(0x20000, 1)] }]),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'a page for the log',
      (b) => log(b, [{ seq: 1, tail: 0, changes: [data(MIB, 1)] }]),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'zeros that reach into the log',
      (b) => log(b, [{ seq: 1, tail: 0, changes: [zero(0x40000, MIB)] }]),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'a page off its 4 KiB',
      (b) => log(b, [{ seq: 1, tail: 0, changes: [data(4 * MIB + 512, 1)] }]),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'a target past 2^53',
      (b) => log(b, [{ seq: 1, tail: 0, changes: [data(2n ** 60n, 1)] }]),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'zeros without end',
      (b) => log(b, [{ seq: 1, tail: 0, changes: [zero(4 * MIB, 2n ** 64n - 4096n)] }]),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    ['sequence number 0', (b) => log(b, [{ seq: 0, tail: 0 }]), 'VHDX_LOG_NO_ACTIVE_SEQUENCE'],
    [
      'an entry as long as the ring',
      (b) =>
        writeRing(b.file, 0, logEntryBytes({ guid: GUID, sequence: 1, tail: 0, flushed: 0, last: 0, length: MIB })),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'four billion descriptors',
      (b) =>
        writeRing(
          b.file,
          0,
          logEntryBytes({ guid: GUID, sequence: 1, tail: 0, flushed: 0, last: 0, count: 0xffff_ffff }),
        ),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    [
      'more data sectors than descriptors',
      (b) =>
        writeRing(b.file, 0, logEntryBytes({ guid: GUID, sequence: 1, tail: 0, flushed: 0, last: 0, length: 8192 })),
      'VHDX_LOG_NO_ACTIVE_SEQUENCE',
    ],
    ['file sizes past 2^53', (b) => log(b, [{ seq: 1, tail: 0, last: 2n ** 63n }]), 'VHDX_LOG_NO_ACTIVE_SEQUENCE'],
    [
      'the file was longer when the log was written',
      (b) => log(b, [{ seq: 1, tail: 0, flushed: 900 * MIB }]),
      'VHDX_FILE_TRUNCATED',
    ],
  ];
  for (const [what, change, code] of cases) {
    it(`${what}: ${code}`, () => {
      const built = dirty();
      change(built);
      const error = errorOf(() => open(built));
      expect(error.code).toBe(code);
      expect(error.at.structure).toBe('log');
    });

    it(`${what}: read without its log by whoever insists, and marked so`, () => {
      const built = dirty();
      change(built);
      const disk = open(built, undefined, true);
      expect(codesOf(disk.findings)).toEqual(['VHDX_LOG_LEFT_OUT']);
      expect(disk.findings[0]).toMatchObject({ severity: 'error', at: { structure: 'log' } });
      expect(disk.describe()['log']).toMatchObject({ state: 'left out' });
      const left = sha256Of(disk);
      unchanged();
      unchanged = () => {};
      built.file.write(0x20000, headerBytes({ sequence: 3 })); // the same bytes, and nothing to replay
      expect(sha256Of(openVhdx(built.file))).toBe(left);
    });
  }

  it('a log that can be replayed is replayed, also for whoever would do without', () => {
    const built = dirty();
    log(built, [{ seq: 1, tail: 0, changes: [data(4 * MIB, 0x40)] }]);
    expect(codesOf(open(built, undefined, true).findings)).toEqual(['VHDX_LOG_REPLAYED']);
  });

  it('a bad sector in it says what can be done, and costs the log where that is to be ignored', () => {
    const built = dirty();
    const faulty = new FaultyFile(built.file, { bad: [{ offset: LOG_OFFSET + MIB - 512, length: 512 }] });
    expect(errorOf(() => openVhdx(faulty))).toMatchObject({
      kind: 'io',
      code: 'EIO',
      hint: expect.stringContaining('--ignore-log'),
      at: { structure: 'log' },
    });
    const disk = openVhdx(faulty, undefined, true);
    expect(codesOf(disk.findings)).toEqual(['VHDX_LOG_LEFT_OUT']);
    expect(readBytes(disk, 0, 1)[0]).toBe(0x11);
  });

  it('a log that only an older header knows is not replayed', () => {
    const built = dirty();
    log(built, [{ seq: 1, tail: 0, changes: [data(4 * MIB, 0x40)] }]);
    built.file.write(0x20000, headerBytes({ sequence: 3 }));
    const disk = open(built);
    expectSame(readBytes(disk, 0, 4096), new Uint8Array(4096).fill(0x11));
    expect(u64(1)).toHaveLength(8);
  });

  it('a ring of 16 MiB full of headers that lie is scanned in bounded time', () => {
    const built = dirty();
    const length = 16 * MIB;
    const at = 8 * MIB;
    const lying = logEntryBytes({
      guid: GUID,
      sequence: 1,
      tail: 0,
      flushed: 0,
      last: 0,
      length: length - 4096,
      count: 500_000,
    });
    for (let offset = 0; offset < length; offset += 4096) built.file.write(at + offset, lying);
    built.file.write(0x20000, headerBytes({ sequence: 3, logGuid: GUID, logOffset: at, logLength: length }));
    const start = cpuTime();
    expect(errorOf(() => open(built)).code).toBe('VHDX_LOG_NO_ACTIVE_SEQUENCE');
    expect(cpuTime() - start).toBeLessThan(20_000);
  });
});
