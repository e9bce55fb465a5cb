/**
 * Goal: files are stored ahead for one program that reads a folder in order, whole and right, and for nobody else.
 * Method: reads of files from memory are noted as a session does; what would go to the kernel goes to a file and is taken
 * apart there.
 */

import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { corrupt } from '../../../src/errors.ts';
import type { FileEntry, FileSystem } from '../../../src/filesystem/file-system.ts';
import { FILE_MAX, FilesAhead } from '../../../src/serve/fuse/files-ahead.ts';
import { type EntryNode, nodeNumber } from '../../../src/serve/fuse/nodes.ts';
import { tempFolder } from '../../support/temp.ts';

type Spec = {
  readonly folder?: string;
  readonly size?: number;
  readonly kind?: 'file' | 'directory';
  readonly bad?: boolean;
};

const VOLUME = 40;
const FIRST = 100;
/** What is stored here is looked at, however slow the machine is. */
const PATIENCE_MS = 60_000;

/** Files of these records, and what the kernel is told of them. */
function setup(specs: readonly Spec[], flags = 'w') {
  const path = join(tempFolder(), 'device');
  if (flags === 'r') closeSync(openSync(path, 'w'));
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  const numberOf = (index: number): number => nodeNumber(VOLUME, FIRST + index);
  const nodes = new Map<number, EntryNode>();
  for (const [index, { folder = '/a/', size = 1000 + index, kind = 'file' }] of specs.entries()) {
    const entry = { path: `${folder}${index}`, name: `${index}`, kind, id: FIRST + index, size } as FileEntry;
    nodes.set(numberOf(index), { kind: 'entry', volume: VOLUME, fileSystem: {} as FileSystem, entry, isRoot: false });
  }
  const ahead = new FilesAhead(
    fd,
    {
      node: (number) => nodes.get(number) ?? null,
      read: ({ entry }, target) => {
        if (specs[entry.id - FIRST]!.bad === true) throw corrupt('FILE_TRUNCATED', 'a bad place');
        target.fill(entry.id);
        return true;
      },
    },
    PATIENCE_MS,
  );
  /** As a session goes through a read. */
  const read = async (index: number, pid = 7, isWhole = true): Promise<void> => {
    const number = numberOf(index);
    ahead.note(nodes.get(number)!, number, pid, isWhole);
    if (ahead.isDue) await ahead.store();
    if (ahead.isWanted) await ahead.prepare();
  };
  /** Indices of the files stored, each looked at. */
  const stored = (): number[] => {
    const bytes = readFileSync(path);
    const found: number[] = [];
    for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at)) {
      const size = bytes.readUInt32LE(at + 32);
      const index = Number(bytes.readBigUInt64LE(at + 16)) - numberOf(0);
      expect([bytes.readUInt32LE(at), bytes.readInt32LE(at + 4), bytes.readBigUInt64LE(at + 8)]).toEqual([
        40 + size,
        4,
        0n,
      ]);
      expect(bytes.readBigUInt64LE(at + 24)).toBe(0n);
      expect(size).toBe(specs[index]!.size ?? 1000 + index);
      expect(bytes.subarray(at + 40, at + 40 + size).every((byte) => byte === FIRST + index)).toBe(true);
      found.push(index);
    }
    return found.sort((a, b) => a - b);
  };
  return { ahead, read, stored };
}

const plain = (count: number): Spec[] => Array.from({ length: count }, () => ({}));
const upTo = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

it('stores what lies behind a marker when the marker is read, and goes on from there', async () => {
  const { read, stored } = setup(plain(60));
  for (const index of [0, 1, 2]) await read(index);
  expect(stored()).toEqual([]); // 3 is the marker
  await read(3);
  expect(stored()).toEqual(upTo(4, 19));
  await read(20); // the files between are the kernel's
  expect(stored()).toEqual([...upTo(4, 19), ...upTo(21, 36)]);
  await read(37);
  await read(54);
  expect(stored().at(-1)).toBe(59);
});

it('leaves out what is empty, too large, damaged, in another folder, or no file', async () => {
  const specs: Spec[] = plain(20);
  specs[5] = { size: 0 };
  specs[6] = { size: FILE_MAX };
  specs[7] = { size: FILE_MAX + 1 };
  specs[8] = { bad: true };
  specs[9] = { folder: '/b/' };
  specs[10] = { kind: 'directory' };
  const { read, stored } = setup(specs);
  for (const index of [0, 1, 2, 3]) await read(index);
  expect(stored()).toEqual([4, 6, ...upTo(11, 19)]);
});

it('nobody else may be reading: another program ends it, and one of unknown name begins nothing', async () => {
  const { read, stored } = setup(plain(60));
  for (const index of [0, 1, 2]) await read(index, 7);
  await read(50, 8, false);
  await read(3, 7);
  expect(stored()).toEqual([]);
  for (const index of [30, 31, 32, 33]) await read(index, 0);
  expect(stored()).toEqual([]);
  for (const index of [10, 11, 12, 13, 14, 15]) for (const pid of [7, 8]) await read(index, pid);
  expect(stored()).toEqual([]);
  for (const index of [25, 26, 27, 28]) await read(index, 8);
  expect(stored()).toEqual(upTo(29, 44));
});

it('reads in no order, or of parts, begin nothing; a jump ends it', async () => {
  const { read, stored } = setup(plain(60));
  for (const index of [9, 3, 30, 12, 50, 1, 0]) await read(index);
  for (const index of [20, 21, 22, 23, 24]) await read(index, 7, false);
  expect(stored()).toEqual([]);
  for (const index of [0, 1, 2]) await read(index);
  await read(40);
  await read(3);
  expect(stored()).toEqual([]);
});

it('what the kernel refuses makes a pause', async () => {
  const { ahead, read } = setup(plain(100), 'r'); // no write to it succeeds
  for (const index of [0, 1, 2, 3]) await read(index);
  expect(ahead.isWanted).toBe(false);
  for (const index of upTo(4, 66)) {
    await read(index);
    expect(ahead.isDue).toBe(false);
  }
  await ahead.end();
});
