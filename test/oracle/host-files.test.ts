/**
 * Goal: what the Linux shim says of files is what the system's own tools say. Method: ext4, XFS and Btrfs on loop devices;
 * shared blocks and extents by filefrag, holes by what was written and by stat, locks by flock in other processes.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadHostFiles } from '../../native-shims/load.ts';
import type { HostFile, HostFiles } from '../../src/io/host-files.ts';
import { Random } from '../support/random.ts';
import { removeFolder } from '../support/sample-pool.ts';
import { run, title, without } from '../support/tools.ts';

const KIB = 1024;
const BLOCK = 4 * KIB;
const tools = ['mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs', 'mount', 'filefrag', 'flock'] as const;
const FILE_SYSTEMS = [
  { name: 'ext4', make: ['mkfs.ext4', '-q', '-F'], clones: false },
  { name: 'xfs', make: ['mkfs.xfs', '-q'], clones: true },
  { name: 'btrfs', make: ['mkfs.btrfs', '-q'], clones: true },
] as const;

const open: HostFile[] = [];

function file(path: string, flags = 'r+'): HostFile {
  const opened = { fd: openSync(path, flags), path };
  open.push(opened);
  return opened;
}

/** Extents as filefrag has them: offset, length, address; what is allocated behind the end of the file left out. */
function filefrag(path: string): { offset: number; length: number; physical: number; shared: boolean }[] {
  const { size } = statSync(path);
  const lines = run('filefrag', '-s', '-v', '-b1', path).split('\n');
  return lines.flatMap((line) => {
    const match = /^\s*\d+:\s+(\d+)\.\.\s*\d+:\s+(\d+)\.\.\s*\d+:\s+(\d+):/.exec(line);
    if (match === null) return [];
    const [offset, physical, length] = match.slice(1).map(Number) as [number, number, number];
    if (offset >= size) return [];
    return [{ offset, length: Math.min(length, size - offset), physical, shared: /\bshared\b/.test(line) }];
  });
}

/** Neighbours that continue each other joined: tools and file systems cut them differently. */
function joined(extents: Iterable<{ offset: number; length: number; physical: number; shared: boolean }>) {
  const result: { offset: number; length: number; physical: number; shared: boolean }[] = [];
  for (const { offset, length, physical, shared } of extents) {
    const last = result.at(-1);
    const step = last === undefined ? 0 : offset - last.offset;
    if (last !== undefined && step === last.length && physical - last.physical === step && last.shared === shared)
      last.length += length;
    else result.push({ offset, length, physical, shared });
  }
  return result;
}

describe.skipIf(without(...tools))(title('host files', ...tools), () => {
  let host: HostFiles;
  let place: string;
  beforeAll(async () => {
    host = await loadHostFiles();
    place = run('mktemp', '-d', '-t', 'pitvault-host-XXXXXX').trim();
    for (const { name, make } of FILE_SYSTEMS) {
      const image = join(place, `${name}.img`);
      const mount = join(place, name);
      mkdirSync(mount);
      run('truncate', '-s', '400M', image);
      run(make[0], ...make.slice(1), image);
      run('mount', '-o', 'loop', image, mount);
    }
  });
  afterAll(() => {
    for (const { fd } of open) closeSync(fd);
    for (const { name } of FILE_SYSTEMS) spawnSync('umount', [join(place, name)]);
    removeFolder(place);
  });

  it('the shim is in use', () => {
    expect([host.name, host.reason]).toEqual(['linux', expect.stringContaining('koffi')]);
  });

  describe.each(FILE_SYSTEMS)('$name', ({ name, clones }) => {
    const at = (path: string): string => join(place, name, path);
    const random = new Random();
    const what = `seed ${random.seed}`;

    /** A file that shares its space with another one, so that both are in pieces. */
    function fragmented(path: string): Buffer {
      const [one, two] = [file(at(path), 'w+'), file(at(`${path}.other`), 'w+')];
      const pieces: Buffer[] = [];
      for (let i = 0; i < 60; i++) {
        const piece = Buffer.from(random.bytes(BLOCK * (1 + random.below(4))));
        pieces.push(piece);
        for (const { fd } of [one, two]) {
          writeSync(fd, piece);
          run('sync', '-d', fd === one.fd ? one.path : two.path);
        }
      }
      return Buffer.concat(pieces);
    }

    it('its name is known', () =>
      expect(host.fileSystemName(at(''))).toMatch(new RegExp(name === 'ext4' ? 'ext' : name)));

    it('a cloned file shares its blocks until one of the two changes', () => {
      const content = Buffer.from(random.bytes(40 * BLOCK));
      writeFileSync(at('source'), content);
      const outcome = host.cloneFile(at('source'), at('clone'));
      expect(outcome).toBe(clones ? 'cloned' : 'unsupported');
      expect(existsSync(at('clone'))).toBe(clones);
      if (!clones) return;
      expect(readFileSync(at('clone')).equals(content)).toBe(true);
      expect(filefrag(at('clone')).map(({ physical }) => physical)).toEqual(
        filefrag(at('source')).map(({ physical }) => physical),
      );
      const mine = [...host.physicalExtents(file(at('clone')), 0, content.length)!];
      expect(mine.every(({ shared, trusted }) => shared && trusted)).toBe(true);
      writeSync(file(at('clone')).fd, Buffer.alloc(BLOCK, 1), 0, BLOCK, 8 * BLOCK);
      expect(readFileSync(at('source')).equals(content)).toBe(true);
      expect(() => host.cloneFile(at('source'), at('clone'))).toThrow(expect.objectContaining({ kind: 'conflict' }));
    });

    it('cloned ranges hold the bytes of their source, wherever they go', () => {
      const content = Buffer.from(random.bytes(64 * BLOCK));
      writeFileSync(at('from'), content);
      const source = file(at('from'));
      const target = file(at('to'), 'w+');
      ftruncateSync(target.fd, content.length);
      const expected = Buffer.alloc(content.length);
      for (let i = 0; i < 20; i++) {
        const [start, goal] = [random.below(48) * BLOCK, random.below(48) * BLOCK];
        const length = (1 + random.below(16)) * BLOCK;
        const outcome = host.cloneRange(source, start, length, target, goal);
        expect(outcome, what).toBe(clones ? 'cloned' : 'unsupported');
        if (clones) content.copy(expected, goal, start, start + length);
      }
      expect(readFileSync(at('to')).equals(expected), what).toBe(true);
      expect(host.cloneRange(source, 1, BLOCK, target, 0)).toBe('unsupported');
    });

    it('extents are those that filefrag shows, also of a part', () => {
      const content = fragmented('pieces');
      const opened = file(at('pieces'));
      const expected = joined(filefrag(at('pieces')));
      expect(expected.length, what).toBeGreaterThan(1);
      expect(joined(host.physicalExtents(opened, 0, content.length)!), what).toEqual(expected);
      const [start, length] = [3 * BLOCK, content.length - 9 * BLOCK];
      const part = joined(host.physicalExtents(opened, start, length)!);
      expect([part[0]!.offset, part.at(-1)!.offset + part.at(-1)!.length], what).toEqual([start, start + length]);
      expect(part[0]!.physical - start, what).toBe(
        expected.filter(({ offset }) => offset <= start).at(-1)!.physical -
          expected.filter(({ offset }) => offset <= start).at(-1)!.offset,
      );
    });

    it('data ranges hold all that was written, and holes are holes', () => {
      const size = 512 * BLOCK;
      const opened = file(at('sparse'), 'w+');
      ftruncateSync(opened.fd, size);
      const written = new Set<number>();
      for (let i = 0; i < 12; i++) {
        const block = random.below(512);
        written.add(block);
        writeSync(opened.fd, Buffer.alloc(BLOCK, 1 + i), 0, BLOCK, block * BLOCK);
      }
      const covered = new Set<number>();
      for (const { offset, length } of host.dataRanges(opened, 0, size)!)
        for (let block = Math.floor(offset / BLOCK); block < (offset + length) / BLOCK; block++) covered.add(block);
      for (const block of written) expect(covered.has(block), `${what} block ${block}`).toBe(true);
      expect(covered.size, what).toBeLessThan(512);
    });

    it('a punched hole reads as zeros and gives its blocks back', () => {
      const content = Buffer.from(random.bytes(256 * BLOCK));
      writeFileSync(at('punched'), content);
      run('sync', at('punched'));
      const opened = file(at('punched'));
      const before = fstatSync(opened.fd).blocks;
      expect(host.punchHole(opened, 64 * BLOCK, 128 * BLOCK)).toBe(true);
      run('sync', at('punched'));
      content.fill(0, 64 * BLOCK, 192 * BLOCK);
      expect(readFileSync(at('punched')).equals(content)).toBe(true);
      expect(statSync(at('punched')).size).toBe(content.length);
      expect(fstatSync(opened.fd).blocks).toBeLessThanOrEqual(before - (100 * BLOCK) / 512);
    });

    it('locks are seen by other processes, and theirs here', async () => {
      writeFileSync(at('lock'), '');
      const other = (...args: string[]): number | null =>
        spawnSync('flock', ['-n', ...args, at('lock'), 'true']).status;
      const mine = { fd: openSync(at('lock'), 'r+'), path: at('lock') };
      expect(host.lock(mine, 'exclusive')).toBe('locked');
      expect([other('-x'), other('-s')]).toEqual([1, 1]);
      const second = file(at('lock'));
      expect(host.lock(second, 'shared')).toBe('busy');
      closeSync(mine.fd);
      expect(other('-x')).toBe(0);
      expect(host.lock(second, 'shared')).toBe('locked');
      expect([other('-x'), other('-s')]).toEqual([1, 0]);
      const holder = await holding(at('theirs'));
      const theirs = file(at('theirs'));
      expect(host.lock(theirs, 'shared')).toBe('busy');
      const ended = new Promise((resolve) => holder.on('exit', resolve));
      holder.kill('SIGKILL');
      await ended;
      expect(host.lock(theirs, 'exclusive')).toBe('locked');
    });
  });
});

/** A process that holds an exclusive lock and says when. */
async function holding(path: string): Promise<ChildProcess> {
  writeFileSync(path, '');
  const child = spawn('flock', ['-x', '--no-fork', path, 'sh', '-c', 'echo held; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}
