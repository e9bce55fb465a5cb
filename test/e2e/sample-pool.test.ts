/**
 * Goal: everything in the sample pool reads to what was written into it, and the inputs stay as they were. Method: the
 * truth beside the pool was taken by other tools while the pool was made.
 */

import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CopyEngine, hashMap } from '../../src/copy/copy-engine.ts';
import { openImage, openPool, type RecoveryReport, readMap, recover, resolveExtents } from '../../src/index.ts';
import { chooseVolume } from '../../src/pool/replica-volume.ts';
import { fileVersions } from '../../src/recovery/file-versions.ts';
import {
  digestTree,
  removeFolder,
  SAMPLE_ZIP,
  sha256,
  states,
  truth,
  unpackSamplePool,
} from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault } from '../support/tools.ts';

let pool: string;
let before: Map<string, string>;

beforeAll(async () => {
  pool = await unpackSamplePool();
  before = digestTree(pool);
});

afterAll(() => {
  expect(digestTree(pool)).toEqual(before);
  removeFolder(pool);
});

const readable = states.filter(({ condition }) => condition !== 'truncated' && condition !== 'refs');

describe.each(
  readable.map(
    (state) => [`${state.replicaId.slice(0, 8)}/${state.id.slice(0, 8)} (${state.condition})`, state] as const,
  ),
)('%s', (_name, state) => {
  it('the virtual disk and every file in it are what was written', async () => {
    await using image = await openImage(join(pool, state.path));
    await using engine = new CopyEngine({ threads: 1 });
    expect(image.disk.size).toBe(state.virtualSize);
    expect((await hashMap(engine, image.disk)).sha256).toBe(state.virtualSha256);
    const volume = image.listVolumes().find(({ guid }) => guid === state.replicaId)!;
    const fileSystem = volume.requireFileSystem();
    const found = new Map(
      [...fileSystem.scan()].filter(({ kind }) => kind === 'file').map((entry) => [entry.path, entry]),
    );
    expect([...found.keys()].sort()).toEqual(state.files.map(({ path }) => path).sort());
    for (const file of state.files) {
      const entry = found.get(file.path)!;
      const content = fileSystem.open(entry);
      const bytes = new Uint8Array(content.size);
      readMap(content, 0, bytes);
      expect(sha256(bytes), file.path).toBe(file.sha256);
      expect(entry.size, file.path).toBe(file.size);
      expect(new Date(entry.modifiedMs).toISOString().replace('.000Z', 'Z'), file.path).toBe(file.modified);
      expect(entry.attributes & 0xffff, file.path).toBe(file.attributes & 0xffff);
      expect(entry.links, file.path).toBe(file.links ?? 1);
      expect(fileSystem.lookup(file.path.toUpperCase())?.id, file.path).toBe(entry.id);
      for (const stream of file.streams ?? []) {
        const map = fileSystem.open(entry, stream.name);
        const named = new Uint8Array(map.size);
        readMap(map, 0, named);
        expect(sha256(named), `${file.path}:${stream.name}`).toBe(stream.sha256);
      }
    }
  });
});

describe.each([
  ['folder', () => pool],
  ['zip', () => SAMPLE_ZIP],
])('from a %s', (_kind, root) => {
  it('the scan finds every container, state and time', async () => {
    await using found = await openPool(root());
    const list = found.containers.map(({ server, replicaId }) => `${server}/${replicaId}`);
    expect(list).toEqual(
      expect.arrayContaining(truth.containers.map(({ server, replicaId }) => `${server}/${replicaId}`)),
    );
    for (const container of truth.containers) {
      const scanned = found.select({ replica: container.replicaId })[0]!;
      for (const state of container.states) {
        const point = state.kind === 'replica' ? scanned.replica : scanned.points.find(({ id }) => id === state.id);
        expect(point?.locator, state.path).not.toBeNull();
        const time = await point!.time();
        if (state.condition === 'refs') continue; // no file system inside tells a time
        expect(Math.abs(time.ms - Date.parse(state.capturedAt)), state.path).toBeLessThan(1000);
        expect(time.source).toBe('checkpoint file');
      }
    }
  });

  it.each(truth.queries.map((query) => [query.at, query] as const))('DPMDB as of %s', async (_at, query) => {
    await using found = await openPool(root());
    const out = tempFolder();
    const run = recover(found, { datasource: 'dpmdb', at: new Date(query.at), out, threads: 1 });
    if (query.expect === null) {
      await expect(run).rejects.toMatchObject({ code: 'POINT_NONE_AT' });
      return;
    }
    const report = await run;
    expect(report.source).toMatchObject({
      replicaId: truth.dpmdb.replicaId,
      pointId: query.expect,
      server: truth.dpmdb.server,
    });
    expectRecovered(report, query.expect, out);
  });
});

function expectRecovered(report: RecoveryReport, point: string, out: string): void {
  const state = states.find(({ id }) => id === point)!;
  const expected = state.files.filter(({ path }) => /\.(mdf|ldf)$/.test(path));
  expect(report.files.map(({ path, sha256, status }) => ({ path, sha256, status }))).toEqual(
    expected.map(({ path, sha256 }) => ({ path, sha256, status: 'recovered' })),
  );
  for (const file of expected) {
    const target = join(out, file.path);
    expect(sha256(readFileSync(target))).toBe(file.sha256);
    expect(statSync(target).mtime.toISOString().replace('.000Z', 'Z')).toBe(file.modified);
    expect(lstatSync(target).mode & 0o777).toBe(0o600);
  }
  expect(report.next[0]).toContain('-RestoreDb');
  expect(report.next.slice(1)).toEqual(['DpmSync -Sync', 'DpmSync -ReallocateReplica']);
  expect(JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(report)),
  );
}

describe('a file server', () => {
  const state = states.find(
    ({ files, kind }) => kind === 'replica' && files.some(({ streams }) => streams !== undefined),
  )!;

  it('is recovered whole: names, content, times, holes, hard links, streams beside', async () => {
    await using image = await openImage(join(pool, state.path));
    const out = tempFolder();
    const report = await recover(image, { files: ['**'], streams: true, out });
    expect(report.totals.failed).toBe(0);
    const byPath = new Map(report.files.map((file) => [file.path, file]));
    for (const file of state.files) {
      expect(byPath.get(file.path), file.path).toMatchObject({ sha256: file.sha256, size: file.size });
      const target = join(out, byPath.get(file.path)!.target!);
      expect(sha256(readFileSync(target)), file.path).toBe(file.sha256);
      if (file.links !== undefined) expect(statSync(target).nlink, file.path).toBe(file.links);
      if (file.path.endsWith('sparse.bin')) expect(statSync(target).blocks * 512).toBeLessThan(file.size / 2);
      for (const stream of file.streams ?? []) {
        const beside = byPath.get(`${file.path}:${stream.name}`)!;
        expect(sha256(readFileSync(join(out, beside.target!)))).toBe(stream.sha256);
      }
    }
  });

  it('a second run finds everything there, and replaces a changed file only when forced', async () => {
    await using image = await openImage(join(pool, state.path));
    const out = tempFolder();
    const files = ['Kinds'];
    const first = await recover(image, { files, out });
    const second = await recover(image, { files, out });
    expect(new Set(second.files.map(({ status }) => status))).toEqual(new Set(['already there']));
    const victim = first.files.find(({ size, path }) => size > 0 && !path.includes('read-only'))!;
    const target = join(out, victim.target!);
    const changed = Buffer.from(readFileSync(target));
    changed[0]! ^= 1;
    writeFileSync(target, changed);
    const third = await recover(image, { files, out });
    expect(third.files.find(({ path }) => path === victim.path)).toMatchObject({
      status: 'failed',
      error: { code: 'TARGET_EXISTS' },
    });
    expect(readFileSync(target).equals(changed)).toBe(true);
    await recover(image, { files, out, force: true });
    expect(sha256(readFileSync(target))).toBe(victim.sha256);
  });

  it('versions tells in which points a file changed', async () => {
    await using found = await openPool(pool);
    const path = state.files.find((file) => file.path.endsWith('tiny.txt'))!.path;
    const versions = await fileVersions(found, path, { replica: state.replicaId });
    const readable = versions.filter(({ state }) => state !== 'unreadable');
    expect(versions.length - readable.length).toBe(1); // the point without a disk
    expect(readable.map(({ pointId, size }) => [pointId, size])).toEqual(
      states
        .filter(({ replicaId }) => replicaId === state.replicaId)
        .map(({ id, files }) => [id, files.find((file) => file.path === path)?.size ?? null]),
    );
    const known = versions.filter(({ sha256 }) => sha256 !== undefined);
    for (const [index, version] of known.entries()) {
      if (index > 0) expect(version.state).toBe(version.sha256 === known[index - 1]!.sha256 ? 'same' : 'changed');
    }
  });
});

describe('damage', () => {
  const truncated = states.find(({ condition }) => condition === 'truncated')!;

  it('a truncated image costs the files in the missing part; salvage keeps the rest of them', async () => {
    await using image = await openImage(join(pool, truncated.path));
    const plain = await recover(image, { files: ['**'], out: tempFolder() });
    const failed = plain.files.filter(({ status }) => status === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    for (const file of plain.files.filter(({ status }) => status === 'recovered')) {
      expect(file.sha256).toBe(truncated.files.find(({ path }) => path === file.path)!.sha256);
    }
    const out = tempFolder();
    const salvaged = await recover(image, { files: ['**'], out, salvage: true });
    expect(salvaged.totals.failed).toBe(0);
    expect(salvaged.totals.unreadableBytes).toBeGreaterThan(0);
    for (const { path } of failed) {
      const file = salvaged.files.find((other) => other.path === path)!;
      expect(file).toMatchObject({
        status: 'salvaged',
        size: truncated.files.find((other) => other.path === path)!.size,
      });
      const bytes = readFileSync(join(out, file.target!));
      for (const range of file.unreadable!)
        expect(bytes.subarray(range.offset, range.offset + range.length).every((byte) => byte === 0)).toBe(true);
    }
  });

  it('what salvage would save is told, also where the target has the name of the image without its end', () => {
    const home = tempFolder();
    copyFileSync(join(pool, truncated.path), join(home, 'disk.vhdx'));
    const { code, err } = pitvault('recover', join(home, 'disk.vhdx'), '--files', '**', '--out', join(home, 'disk'));
    expect([code, err]).toEqual([8, expect.stringContaining('run again with --salvage')]);
  });

  it('a volume of another kind is named', async () => {
    const refs = states.find(({ condition }) => condition === 'refs')!;
    await using image = await openImage(join(pool, refs.path));
    const volume = chooseVolume(image, null, undefined);
    expect(volume.identity.kind).toBe('refs');
    expect(() => volume.requireFileSystem()).toThrow(/ReFS/);
    expect(await volume.fileSystem()).toBeNull();
  });

  it('a file that calls itself VHDX and is none is not read as something else', async () => {
    const path = join(tempFolder(), 'x.vhdx');
    const bytes = readFileSync(join(pool, truncated.path));
    bytes.fill(0, 0, 8);
    writeFileSync(path, bytes);
    await expect(openImage(path)).rejects.toMatchObject({
      code: 'VHDX_SIGNATURE_MISSING',
      at: { image: path, offset: 0 },
    });
  });
});

describe('the library', () => {
  const state = states.find(({ kind, replicaId }) => kind === 'replica' && replicaId === truth.dpmdb.replicaId)!;
  const file = state.files.find(({ path }) => path.endsWith('.mdf'))!;

  it('opens, walks, resolves, reads and streams as its example says', async () => {
    await using image = await openImage(join(pool, state.path));
    const [volume] = (await image.volumes()).filter(({ guid }) => guid === state.replicaId);
    const files = (await volume!.fileSystem())!;
    const paths: string[] = [];
    for await (const entry of files.walk('/')) paths.push(entry.path);
    expect(paths).toContain(file.path);
    const handle = await files.open(file.path.replaceAll('/', '\\'));
    expect(handle.resolve(0, handle.size).reduce((sum, extent) => sum + extent.length, 0)).toBe(file.size);
    const whole: Uint8Array[] = [];
    for await (const chunk of handle.stream()) whole.push(chunk as Uint8Array);
    expect(sha256(Buffer.concat(whole))).toBe(file.sha256);
    const part = new Uint8Array(1000);
    expect(await handle.read(part, 12_345)).toBe(1000);
    expect(Buffer.concat(whole).subarray(12_345, 13_345).equals(part)).toBe(true);
    expect(await handle.read(part, handle.size + 1)).toBe(0);
    const outside = expect.objectContaining({ kind: 'invalid-argument', code: 'FILE_RANGE' });
    for (const offset of [-1, 0.5, Number.NaN]) {
      await expect(handle.read(part, offset)).rejects.toThrow(outside);
      expect(() => handle.stream({ start: offset })).toThrow(outside);
      expect(() => handle.resolve(offset, 1)).toThrow(outside);
    }
    expect(() => handle.resolve(handle.size - 1, 2)).toThrow(outside);
    await expect(files.open('/no/such/file')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('what chooses in a pool is refused for an image', async () => {
    await using image = await openImage(join(pool, state.path));
    for (const choice of [{ at: new Date(0) }, { point: 'x' }, { replica: 'x' }, { server: 'x' }]) {
      await expect(recover(image, { out: join(tempFolder(), 'out'), ...choice })).rejects.toMatchObject({
        kind: 'invalid-argument',
        code: 'RECOVER_SELECTION',
      });
    }
  });

  it('leaves name the bytes of the image file itself', async () => {
    const path = join(pool, state.path);
    const raw = readFileSync(path);
    await using image = await openImage(path);
    const fileSystem = image.volume(state.replicaId).requireFileSystem();
    const content = fileSystem.open(fileSystem.lookup(file.path)!);
    const bytes = Buffer.alloc(content.size);
    for (const extent of resolveExtents(content, 0, content.size)) {
      if (extent.kind === 'data') raw.copy(bytes, extent.offset, extent.fileOffset, extent.fileOffset + extent.length);
      else expect(extent.kind).toBe('zero');
    }
    expect(sha256(bytes)).toBe(file.sha256);
  });

  it('use after close is an error that says so', async () => {
    const image = await openImage(join(pool, state.path));
    const fileSystem = image.volume(state.replicaId).requireFileSystem();
    const entry = fileSystem.lookup(file.path)!;
    await image.close();
    await image.close();
    expect(() => [...fileSystem.scan()]).toThrow(expect.objectContaining({ kind: 'closed' }));
    expect(() => readMap(fileSystem.open(entry), 0, new Uint8Array(100_000))).toThrow(
      expect.objectContaining({ kind: 'closed' }),
    );
  });
});

describe('interruption', () => {
  it('a cancelled recovery leaves nothing under a final name and the next run resumes', async () => {
    const state = states.find(({ files, kind }) => kind === 'replica' && files.length > 100)!;
    await using image = await openImage(join(pool, state.path));
    const out = join(tempFolder(), 'out');
    mkdirSync(out);
    const abort = new AbortController();
    let files = 0;
    const run = recover(image, {
      files: ['**'],
      out,
      threads: 1,
      signal: abort.signal,
      onProgress: () => ++files === 40 && abort.abort(),
    });
    await expect(run).rejects.toMatchObject({ name: 'StorageError', kind: 'cancelled' });
    expect([...digestTree(out).keys()].every((path) => path.startsWith('.pitvault-'))).toBe(true);
    const report = await recover(image, { files: ['**'], out, threads: 1 });
    const statuses = report.files.map(({ status }) => status);
    expect(statuses.filter((status) => status === 'resumed').length).toBeGreaterThan(20);
    for (const file of state.files) expect(sha256(readFileSync(join(out, file.path)))).toBe(file.sha256);
    expect(existsSync(join(out, '.pitvault'))).toBe(false);
    expect([...digestTree(out).keys()].some((path) => path.startsWith('.pitvault-'))).toBe(false);
  });
});

describe('the life of a byte, as ARCHITECTURE.md tells it', () => {
  const PATH =
    '/26ee79bf-40c1-4d8e-9a53-71b8e2f4c690/Full/C-Vol/Program Files/Microsoft DPM/DPM/DPMDB/MSDPM2012$DPMDB.mdf';
  const container = 'dpm01.contoso.com/3e1c0a52-6f5d-4c39-9d0b-2f8a7b6c5d41';
  const text = readFileSync(join(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8');

  it('byte 606,208 of the live replica: one data leaf at the offset in the text', async () => {
    await using image = await openImage(`${SAMPLE_ZIP}::${container}/3e1c0a52-6f5d-4c39-9d0b-2f8a7b6c5d41/disk0.vhdx`);
    const files = await image.listVolumes()[0]!.fileSystem();
    const file = await files!.open(PATH);
    const [leaf] = file.resolve(606_208, 1);
    expect(leaf).toMatchObject({ kind: 'data', fileOffset: 15_802_368 });
    expect(leaf?.kind === 'data' && leaf.file.name).toMatch(/^[^:]*sample-pool\.zip::.*disk0\.vhdx$/);
    expect(file.resolve(0, file.size)).toHaveLength(1);
    expect(resolveExtents(image.disk, 15_802_368, 1)[0]).toMatchObject({ kind: 'data', fileOffset: 15_802_368 });
    for (const number of ['606,208', '15,802,368', '14,753,792', '14,147,584']) expect(text).toContain(number);
  });

  it('a point with a dirty log: computed from the log, and zeros', async () => {
    await using image = await openImage(`${SAMPLE_ZIP}::${container}/4a7d9c3b-e815-4f62-90ab-1c2d3e4f5a61/disk0.vhdx`);
    const file = await (await image.listVolumes()[0]!.fileSystem())!.open(PATH);
    expect(file.resolve(73_728, 4096)).toMatchObject([{ kind: 'computed', length: 4096 }]);
    expect(file.resolve(40_960, 4096)).toMatchObject([{ kind: 'zero', length: 4096 }]);
  });
});
