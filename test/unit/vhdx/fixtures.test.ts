/**
 * Goal: images made by Windows, Hyper-V and qemu are read as other programs read them. Method: structures against a dump
 * made by an independent script, contents against sha256 recorded from qemu-img and libvhdi.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { extentsOf } from '../../../src/map/extent.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import type { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { fixturesRoot, fixturesTitle, unpackFixture } from '../../support/fixtures.ts';
import { codesOf, openVhdx, sha256Of, sha256OfPieces } from '../../support/vhdx-reading.ts';

const IMAGES: Readonly<Record<string, string>> = {
  'dynamic.vhdx': 'vhdx/dissect/dynamic.vhdx.gz',
  'fixed.vhdx': 'vhdx/dissect/fixed.vhdx.gz',
  'btrfs.vhdx': 'vhdx/discutils/btrfs.vhdx.gz',
  'lvm2.vhdx': 'vhdx/discutils/lvm2.vhdx.gz',
  'xfs.vhdx': 'vhdx/discutils/xfs.vhdx.gz',
  'vhdx-log-replay.vhdx': 'vhdx/discutils/vhdx-log-replay.vhdx.gz',
  'iotest-dynamic-1G.vhdx': 'vhdx/qemu/iotest-dynamic-1G.vhdx.bz2',
  'iotest-dirtylog-10G-4M.vhdx': 'vhdx/qemu/iotest-dirtylog-10G-4M.vhdx.bz2',
};

/** Recorded in truth/vhdx/virtual-disk-sha256.txt and for `fixed` in INDEX.md. */
const WHOLE: Readonly<Record<string, string>> = {
  'dynamic.vhdx': '8e2b5e9265d694b42b81819e3bff29770eff4ed0f4f9f311693ff3dbdc93efac',
  'fixed.vhdx': 'bc0be4623b15aa84216fb31ba24e3b621ec7f1c72d198c990ac0eced222d9f62',
  'btrfs.vhdx': '0b959f9cb4e18348ad8b646f152178282542c8304f02fddf765e3fd1a1de6864',
  'iotest-dynamic-1G.vhdx': 'd3d112d8dab7fd360609f7d5a7b769904b7a2a7d7b6b8c535f65a23293c05478',
  'vhdx-log-replay.vhdx': '3ba3b309425b7ff5e8e0199edceed95226250f880c53b24e8eae93865f3fad5e',
};

/** Of the MiB that are not zero, each after its offset: made from the output of `qemu-img convert -O raw` (7.2.22). */
const PIECES: Readonly<Record<string, string>> = {
  'lvm2.vhdx': '4050c8886a3004e33430d677e3c2027c5ef10838d5d4796c1e2f4147d2e8f9fc',
  'xfs.vhdx': '02ce02bbcddc7baf97dc978fa225c4919d84ddcf106fbc934e370faa92114ffc',
  'iotest-dirtylog-10G-4M.vhdx': '7eec97aa9ac3e7d9071d7a5e0572f8d8a7c10a34f6fca13d80780a5b6f40c734',
};

function open(name: string): VhdxFile {
  return openVhdx(new DiskFile(unpackFixture(IMAGES[name]!)));
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('contents of real images'), () => {
  for (const [name, sha256] of Object.entries(WHOLE)) {
    it(`${name} has the recorded sha256`, () => expect(sha256Of(open(name))).toBe(sha256));
  }
  for (const [name, sha256] of Object.entries(PIECES)) {
    it(`${name} has the pieces that qemu-img reads`, () => expect(sha256OfPieces(open(name))).toBe(sha256));
  }

  it('after replay the data of the dirty qemu image go on to 18 MiB instead of 17, and its bytes stay as they were', () => {
    const path = unpackFixture(IMAGES['iotest-dirtylog-10G-4M.vhdx']!);
    const before = createHash('sha256').update(readFileSync(path)).digest('hex');
    const disk = open('iotest-dirtylog-10G-4M.vhdx');
    const bytes = readBytes(disk, 0, 18 * 2 ** 20);
    expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
    expect(codesOf(disk.findings)).toEqual(['VHDX_LOG_REPLAYED']);
    expect([...disk.check()].filter((finding) => finding.severity === 'error')).toEqual([]);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(before);
  });

  it('the dirty Windows image keeps its bytes too, and shows five valid entries of which the last two are applied', () => {
    const path = unpackFixture(IMAGES['vhdx-log-replay.vhdx']!);
    const before = createHash('sha256').update(readFileSync(path)).digest('hex');
    const disk = open('vhdx-log-replay.vhdx');
    sha256OfPieces(disk);
    expect(disk.describe()['log']).toMatchObject({
      state: 'replayed in memory',
      entries: 2,
      firstSequenceNumber: '80117443871106390',
      lastSequenceNumber: '80117443871106391',
    });
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(before);
  });
});

type Dumped = {
  name: string;
  creator: string;
  headers: Record<string, unknown>[];
  regions: [string, number, number, number][];
  metadata: Record<string, unknown>;
  chunkRatio: number;
  payloadBlocks: number;
  states: Record<string, number>;
  present: [number, string, number][];
};

/** The dump is Python literals: near enough to JSON after a few replacements. */
function python(text: string): unknown {
  const json = text
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll("'", '"')
    .replaceAll('True', 'true')
    .replaceAll('False', 'false')
    .replaceAll(/: (\d{16,})/g, ': "$1"');
  return JSON.parse(json);
}

function readDump(): Dumped[] {
  const text = readFileSync(join(fixturesRoot()!, 'truth/vhdx/vhdx-structure-dump.txt'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const lines = part.split('\n');
      const line = (start: string): string => lines.find((one) => one.startsWith(start))!.slice(start.length);
      const counts = /^(\d+) payloadBlocks (\d+) BAT states (\{.*?\})/.exec(line('chunkRatio '))!;
      return {
        name: lines[0]!,
        creator: line('creator: '),
        headers: [python(line('header 1 ')), python(line('header 2 '))] as Record<string, unknown>[],
        regions: python(line('regiontable 1 sig b').replace(/^.*?\[/, '[')) as [string, number, number, number][],
        metadata: python(line('metadata ').replace('flags(1=leaveAllocated,2=hasParent)', 'flags')) as Record<
          string,
          unknown
        >,
        chunkRatio: Number(counts[1]),
        payloadBlocks: Number(counts[2]),
        states: python(counts[3]!) as Record<string, number>,
        present: python(line('first present blocks (block,F/P,fileOffsetMB): ')) as [number, string, number][],
      };
    });
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('structures of real images'), () => {
  const dump = fixturesRoot() === null ? [] : readDump();
  for (const dumped of dump) {
    it(`${dumped.name} is described as the dump has it`, () => {
      const disk = open(dumped.name);
      const facts = disk.describe();
      expect(facts['creator']).toBe(dumped.creator);
      const headers = facts['headers'] as Record<string, unknown>[];
      dumped.headers.forEach(({ seq, crc_ok, ...fields }, i) => {
        expect(crc_ok).toBe(true);
        expect(headers[i]).toMatchObject({ ...fields, sequenceNumber: String(seq), current: i === 1 });
      });
      const regions = facts['regions'] as { guid: string; fileOffset: number; length: number; required: boolean }[];
      expect(regions.map((r) => [r.guid.slice(0, 8), r.fileOffset, r.length, Number(r.required)])).toEqual(
        dumped.regions,
      );
      const { flags, virtualSize, LogicalSectorSize, PhysicalSectorSize, ...metadata } = dumped.metadata;
      expect(facts).toMatchObject({
        ...metadata,
        virtualDiskSize: virtualSize,
        logicalSectorSize: LogicalSectorSize,
        physicalSectorSize: PhysicalSectorSize,
        leaveBlockAllocated: flags === 1,
        hasParent: false,
        chunkRatio: dumped.chunkRatio,
        payloadBlocks: dumped.payloadBlocks,
      });
    });

    const dirty = dumped.headers[1]!['logGuid'] !== '00000000-0000-0000-0000-000000000000';
    const why = dirty ? ' (skipped: the dump shows the file before its log is replayed)' : '';
    it.skipIf(dirty)(`${dumped.name}: block states and places of blocks are those of the dump${why}`, () => {
      const disk = open(dumped.name);
      const counts = disk.countBlockStates();
      expect(counts).toMatchObject({
        fullyPresent: dumped.states['FULLY_PRESENT'] ?? 0,
        zero: dumped.states['ZERO'] ?? 0,
        unmapped: dumped.states['UNMAPPED'] ?? 0,
        notPresent: dumped.states['NOT_PRESENT'] ?? 0,
        reserved: 0,
        unreadable: 0,
      });
      const blocks = new Map<number, number>();
      for (const extent of extentsOf(disk)) {
        if (extent.kind !== 'data') continue;
        for (let done = 0; done < extent.length; done += disk.blockSize) {
          blocks.set((extent.offset + done) / disk.blockSize, (extent.fileOffset + done) / 2 ** 20);
        }
      }
      expect([...blocks]).toEqual(dumped.present.map(([block, , offsetMb]) => [block, offsetMb]));
    });
  }
});
