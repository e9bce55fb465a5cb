/**
 * Goal: recovering a file reads each of its allocated bytes once, opening costs a bounded number of reads, and a read
 * that fails, whichever it is, ends in a typed error with every file closed. Method: the sample pool's DPMDB replica
 * behind counting and failing files.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extentsOf, openImage, recover, StorageError } from '../../src/index.ts';
import { DiskFile } from '../../src/io/disk-file.ts';
import { CountingFile, FaultyFile } from '../support/files.ts';
import { removeFolder, states, truth, unpackSamplePool } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';

let pool: string;

beforeAll(async () => {
  pool = await unpackSamplePool();
});

afterAll(() => removeFolder(pool));

const replica = states.find(({ kind, replicaId }) => kind === 'replica' && replicaId === truth.dpmdb.replicaId)!;
const chain = states.find(({ condition }) => condition === 'differencing')!;
const dirty = states.find(({ condition }) => condition === 'dirty-log')!;

describe('reads', () => {
  it('each allocated byte of a recovered file is read once', async () => {
    const files: CountingFile[] = [];
    const openFile = (path: string): CountingFile => {
      const file = new CountingFile(new DiskFile(path));
      files.push(file);
      return file;
    };
    await using image = await openImage(join(pool, replica.path), { openFile });
    const fileSystem = image.volume(replica.replicaId).requireFileSystem();
    const path = replica.files.find((file) => file.path.endsWith('.mdf'))!.path;
    const extents = [...extentsOf(fileSystem.open(fileSystem.lookup(path)!))].filter(
      (extent) => extent.kind === 'data',
    );
    expect(extents.reduce((sum, extent) => sum + extent.length, 0)).toBeGreaterThan(500_000);
    const [file] = files;
    const known = file!.reads.length;
    await recover(image, { files: [path], out: tempFolder(), threads: 1 });
    file!.reads.splice(0, known);
    for (const { fileOffset, length } of extents)
      expect(file!.coverage(fileOffset, length), `at ${fileOffset}`).toEqual([1, 1]);
    expect(files).toHaveLength(1);
  });

  it.each([
    ['a plain image', replica],
    ['an image with a dirty log', dirty],
  ])('opening %s and finding its root costs few reads', async (_what, state) => {
    let counting: CountingFile | undefined;
    const openFile = (path: string): CountingFile => {
      counting = new CountingFile(new DiskFile(path));
      return counting;
    };
    await using image = await openImage(join(pool, state.path), { openFile });
    expect(image.volume(state.replicaId).requireFileSystem().lookup('/')).not.toBeNull();
    expect(counting!.reads.length).toBeLessThan(60);
    expect(counting!.reads.reduce((sum, read) => sum + read.length, 0)).toBeLessThan(2 * 1024 * 1024);
  });
});

describe.each([
  ['a plain image', replica],
  ['a dirty log', dirty],
  ['a chain', chain],
])('every read of recovering from %s fails once', (_what, state) => {
  it('always a typed error or a whole result, and no file stays open', async () => {
    const total = await attempt(-1);
    expect(total.failed).toBe(0);
    for (let failAt = 0; failAt < total.reads; failAt++) {
      const { open, reads } = await attempt(failAt);
      expect(open, `read ${failAt}`).toBe(0);
      expect(reads, `read ${failAt}`).toBeGreaterThan(failAt);
    }
  });

  /** Recovers all databases with one failing read; any outcome but a whole report or a StorageError is a failure here. */
  async function attempt(failAt: number): Promise<{ reads: number; open: number; failed: number }> {
    let reads = 0;
    const files: FaultyFile[] = [];
    const openFile = (path: string): FaultyFile => {
      // One count over all files: the n-th read of the whole job fails.
      class Counted extends FaultyFile {
        override read(offset: number, target: Uint8Array): number {
          this.failAt = reads++ === failAt ? this.reads : -1;
          return super.read(offset, target);
        }
      }
      const file = new Counted(new DiskFile(path));
      files.push(file);
      return file;
    };
    const out = tempFolder();
    let failed = 0;
    try {
      await using image = await openImage(join(pool, state.path), { openFile });
      const report = await recover(image, { files: ['*.mdf', '*.ldf'], out, threads: 1, volume: state.replicaId });
      failed = report.totals.failed;
      for (const file of report.files) {
        const expected = state.files.find(({ path }) => path === file.path);
        if (file.status === 'recovered') expect(file.sha256, `read ${failAt}`).toBe(expected?.sha256);
        else expect(file.error?.kind, `read ${failAt}`).toMatch(/^(io|corrupt)$/);
      }
      if (failAt < 0) expect(report.files.length).toBeGreaterThan(0);
    } catch (error) {
      if (!StorageError.is(error)) throw error;
      expect(['io', 'corrupt', 'not-found', 'unsupported'], `read ${failAt}: ${error.message}`).toContain(error.kind);
      expect(readdirSync(out).filter((name) => !name.startsWith('.pitvault-'))).toEqual([]);
    }
    return { reads, open: files.filter(({ closed }) => closed === 0).length, failed };
  }
});

it.each([
  ['scan', ['scan']],
  ['versions', ['versions', '--replica', replica.replicaId]],
])('%s says the same without WebAssembly', (_what, [command, ...more]) => {
  const path = replica.files.find((file) => file.path.endsWith('.mdf'))!.path;
  const words = [command!, pool, ...(command === 'versions' ? [path, ...more] : []), '--json'];
  const run = (folder: string, ...flags: string[]): string =>
    execFileSync(process.execPath, [...flags, 'dist/cli/main.js', ...words], {
      env: { ...process.env, XDG_CACHE_HOME: folder }, // so that neither asks what the other kept
      encoding: 'utf8',
    });
  expect(run(tempFolder(), '--jitless')).toBe(run(tempFolder()));
});
