/**
 * Goal: whatever a target holds and however hostile the names of a volume are, nothing of the user's is replaced, nothing
 * lands outside, nothing is lost in silence. Method: volumes from an independent writer, recovered into prepared targets.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openImage } from '../../../src/image/image.ts';
import { type RecoverOptions, recover } from '../../../src/recovery/recover.ts';
import type { RecoveryReport } from '../../../src/recovery/report.ts';
import { occupied, Staging } from '../../../src/recovery/staging.ts';
import { settle } from '../../../src/recovery/target-folder.ts';
import { TargetNames } from '../../../src/recovery/target-names.ts';
import { type FileSpec, NtfsBuilder, nonResident, resident } from '../../support/ntfs-builder.ts';
import { tempFolder } from '../../support/temp.ts';

/** What the target refuses. */
const failing = vi.hoisted(() => ({ link: null as string | null, rename: null as RegExp | null }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const linkSync: typeof real.linkSync = (...words) => {
    if (failing.link !== null) throw Object.assign(new Error(`${failing.link}: refused`), { code: failing.link });
    real.linkSync(...words);
  };
  const renameSync: typeof real.renameSync = (from, to) => {
    if (failing.rename?.test(String(to))) throw Object.assign(new Error('EACCES: refused'), { code: 'EACCES' });
    real.renameSync(from, to);
  };
  return { ...real, default: { ...real, linkSync, renameSync }, linkSync, renameSync };
});

/** An image of files given by path (one level of folders at most) and content. */
function image(files: Readonly<Record<string, string>>, folder = tempFolder()): string {
  const builder = new NtfsBuilder();
  const folders = new Map<string, number>();
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split('/');
    const spec: FileSpec = { name: parts.at(-1)!, content, namespace: 0 };
    if (parts.length === 1) builder.add(spec);
    else {
      const parent = folders.get(parts[0]!) ?? builder.add({ name: parts[0]!, directory: true, namespace: 0 });
      folders.set(parts[0]!, parent);
      builder.add({ ...spec, parent });
    }
  }
  const path = join(folder, 'volume.raw');
  writeFileSync(path, builder.build());
  return path;
}

async function recovered(path: string, options: RecoverOptions): Promise<RecoveryReport> {
  await using opened = await openImage(path);
  return await recover(opened, { files: ['**'], threads: 1, ...options });
}

function statuses({ files }: RecoveryReport): Record<string, string> {
  return Object.fromEntries(files.filter(({ path }) => !path.startsWith('/$')).map((file) => [file.path, file.status]));
}

it('what stands in the way costs the files behind it, and the report tells', async () => {
  const out = tempFolder();
  writeFileSync(join(out, 'folder'), 'a file of mine');
  mkdirSync(join(out, 'file'));
  symlinkSync(tempFolder(), join(out, 'linked'));
  const path = image({ 'folder/a': '1', 'folder/b': '2', file: '3', 'linked/c': '4', free: '5' });
  for (const force of [false, true]) {
    const report = await recovered(path, { out, force });
    expect(statuses(report)).toEqual({
      '/folder/a': 'failed',
      '/folder/b': 'failed',
      '/file': 'failed',
      '/linked/c': 'failed',
      '/free': force ? 'recovered' : expect.stringMatching(/recovered|already there/),
    });
    expect(report.files.filter(({ status }) => status === 'failed').map(({ error }) => error?.hint)).toEqual(
      Array(4).fill(expect.stringContaining('--out')),
    );
    expect(JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8'))).toEqual(report);
  }
  expect(readFileSync(join(out, 'folder'), 'utf8')).toBe('a file of mine');
  expect(readFileSync(join(out, 'free'), 'utf8')).toBe('5');
});

it('a folder of the target that may not be written to costs what goes there, which the next run moves', async () => {
  const path = image({ 'closed/a': '1', 'closed/b': '2', 'open/c': '3', z: '4' });
  const out = tempFolder();
  mkdirSync(join(out, 'closed'));
  failing.rename = /closed.[ab]$/;
  const report = await recovered(path, { out }).finally(() => {
    failing.rename = null;
  });
  expect(statuses(report)).toEqual({
    '/closed/a': 'failed',
    '/closed/b': 'failed',
    '/open/c': 'recovered',
    '/z': 'recovered',
  });
  expect(report.files.find(({ path: one }) => one === '/closed/a')!.error).toMatchObject({ code: 'EACCES' });
  expect(readFileSync(join(out, 'open', 'c'), 'utf8')).toBe('3');
  expect(statuses(await recovered(path, { out }))).toEqual({
    '/closed/a': 'resumed',
    '/closed/b': 'resumed',
    '/open/c': 'already there',
    '/z': 'already there',
  });
  expect(readFileSync(join(out, 'closed', 'b'), 'utf8')).toBe('2');
  expect(readdirSync(out).filter((name) => name.startsWith('.pitvault-'))).toEqual([]);
});

it('what an interrupted run has left is no part of another one', async () => {
  const builder = new NtfsBuilder({ clusters: 2048 });
  const large = builder.store(new Uint8Array(3 * 2 ** 20).fill(0x41));
  builder.add({ name: 'large.mdf', attributes: [nonResident(0x80, 4096, { runs: [[large, 768]] })] });
  builder.add({ name: 'other.txt', content: 'other' });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  for (const [first, second] of [
    [['large.mdf'], ['other.txt']],
    [['**'], ['other.txt']],
    [['large.mdf'], ['large.mdf', 'other.txt']],
  ]) {
    const out = tempFolder();
    const abort = new AbortController();
    const onProgress = (done: number) => done > 2 ** 20 && abort.abort();
    await expect(recovered(path, { out, files: first, signal: abort.signal, onProgress })).rejects.toThrow();
    const report = await recovered(path, { out, files: second });
    const names = readdirSync(out).filter((name) => !name.startsWith('.pitvault-'));
    expect(names.sort()).toEqual([...report.files.map(({ target }) => target!), 'recovery-report.json'].sort());
    for (const { target, size } of report.files) expect(statSync(join(out, target!)).size).toBe(size);
    expect(report.warnings).toContainEqual(expect.stringMatching(/\.pitvault-\w+ is what another run has left/));
  }
});

/** Where a run that is interrupted just before its files get their names leaves them. */
async function leftBy(path: string, out: string): Promise<string> {
  let left = '';
  vi.spyOn(Staging.prototype, 'publish').mockImplementationOnce(function (this: Staging) {
    left = this.tree;
    return [];
  });
  await recovered(path, { out });
  expect(left).not.toBe('');
  return left;
}

it('of one job, what an earlier run has left under a name that this one does not end with goes', async () => {
  const path = image({ a: '1', 'folder/b': '2' });
  const out = tempFolder();
  const left = await leftBy(path, out);
  writeFileSync(join(left, 'half'), 'half of a file');
  writeFileSync(join(left, 'folder', 'half'), 'half of a file');
  const report = await recovered(path, { out });
  expect(statuses(report)).toMatchObject({ '/a': 'resumed', '/folder/b': 'resumed' });
  expect(existsSync(join(out, 'half'))).toBe(false);
  expect(readdirSync(join(out, 'folder'))).toEqual(['b']);
});

it('a target that lists names in another form than they were made with (macOS on exFAT) keeps what is whole', () => {
  const out = tempFolder();
  const folder = new Staging(out, 'job').folder;
  mkdirSync(join(out, basename(folder).toUpperCase())); // as if case made no difference there
  writeFileSync(join(folder, 'files', 'U\u0308bung.txt'), 'whole');
  writeFileSync(join(folder, 'files', 'half'), 'ha');
  const staging = new Staging(out, 'job');
  expect(staging.ignoresCase).toBe(true);
  staging.keepOnly(['\u00dcbung.txt']);
  expect(readdirSync(staging.tree)).toEqual(['U\u0308bung.txt']);
});

it('a staged file that is not what the journal says is copied again', async () => {
  const builder = new NtfsBuilder({ clusters: 2048 });
  const bytes = new Uint8Array(3 * 2 ** 20).fill(0x41);
  builder.add({ name: 'large', attributes: [nonResident(0x80, 4096, { runs: [[builder.store(bytes), 768]] })] });
  builder.add({ name: 'small', content: 'small' });
  builder.add({ name: 'whole', content: 'whole' });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  const out = tempFolder();
  const left = await leftBy(path, out);
  for (const name of ['large', 'small']) {
    const size = statSync(join(left, name)).size;
    writeFileSync(join(left, name), new Uint8Array(size)); // the size it had, and bytes that never came to the disk
  }
  const report = await recovered(path, { out });
  expect(statuses(report)).toEqual({ '/large': 'recovered', '/small': 'recovered', '/whole': 'resumed' });
  expect(readFileSync(join(out, 'large')).equals(bytes)).toBe(true);
  expect(readFileSync(join(out, 'small'), 'utf8')).toBe('small');
});

it('what was asked for and is not there is told', async () => {
  const path = image({ a: '1', 'folder/b': '2' });
  const report = await recovered(path, { out: tempFolder(), files: ['a', 'folder/c', '*.mdf'] });
  expect(statuses(report)).toEqual({ '/a': 'recovered' });
  expect(report.unmatched).toEqual(['folder/c', '*.mdf']);
  expect(report.warnings.filter((text) => text.includes('no file matches'))).toHaveLength(2);
  expect(await recovered(path, { out: tempFolder(), files: ['a', 'folder'] })).not.toHaveProperty('unmatched');
});

it('where the target has no hard links, further names of a file are copies', async () => {
  const builder = new NtfsBuilder();
  const folder = builder.add({ name: 'folder', directory: true, namespace: 0 });
  const content = 'one file, three names';
  builder.add({
    name: 'a',
    content,
    namespace: 0,
    links: [
      { name: 'b', parent: 5, namespace: 0 },
      { name: 'c', parent: folder, namespace: 0 },
    ],
  });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  for (const code of ['EPERM', 'EMLINK', 'ENOTSUP']) {
    const out = tempFolder();
    failing.link = code;
    const report = await recovered(path, { out }).finally(() => (failing.link = null));
    expect(statuses(report)).toMatchObject({ '/a': 'recovered', '/b': 'recovered', '/folder/c': 'recovered' });
    for (const name of ['a', 'b', 'folder/c']) expect(readFileSync(join(out, name), 'utf8')).toBe(content);
    expect(new Set(['a', 'b', 'folder/c'].map((name) => statSync(join(out, name)).ino)).size).toBe(3);
    expect(report.files.flatMap(({ lost }) => lost ?? [])).toEqual(
      Array(2).fill(expect.stringMatching(/^hard link to .*copy/)),
    );
  }
});

it('files of the volume never take the names of the report or of staging', async () => {
  const out = tempFolder();
  const report = await recovered(
    image({ 'recovery-report.json': 'theirs', '.pitvault-0123/journal.jsonl': 'x', 'in/recovery-report.json': 'y' }),
    { out },
  );
  expect(statuses(report)).toEqual({
    '/recovery-report.json': 'recovered',
    '/.pitvault-0123/journal.jsonl': 'recovered',
    '/in/recovery-report.json': 'recovered',
  });
  expect(readFileSync(join(out, '%72ecovery-report.json'), 'utf8')).toBe('theirs');
  expect(readFileSync(join(out, '%2epitvault-0123/journal.jsonl'), 'utf8')).toBe('x');
  expect(readFileSync(join(out, 'in/recovery-report.json'), 'utf8')).toBe('y');
  expect(JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8'))).toEqual(report);
});

it('hostile names stay inside the target', async () => {
  const parent = tempFolder();
  const out = join(parent, 'deep/out');
  mkdirSync(dirname(out), { recursive: true });
  const names = ['..', '.', 'CON', 'a:b', 'dot.', 'blank ', 'nul\0nul', '\ud800', 'back\\slash', 'new\nline'];
  const report = await recovered(image(Object.fromEntries(names.map((name) => [`x${name}/${name}`, name]))), { out });
  expect(Object.values(statuses(report))).toEqual(Array(names.length).fill('recovered'));
  expect(readdirSync(parent)).toEqual(['deep']);
  expect(readdirSync(join(parent, 'deep'))).toEqual(['out']);
  for (const { path, target } of report.files.filter((file) => !file.path.startsWith('/$'))) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    expect(readFileSync(join(out, target!), 'utf8')).toBe(Buffer.from(name).toString());
  }
});

it('a link under the name of the report is replaced, not followed', async () => {
  const out = tempFolder();
  const mine = join(tempFolder(), 'mine');
  writeFileSync(mine, 'mine');
  symlinkSync(mine, join(out, 'recovery-report.json'));
  await recovered(image({ a: '1' }), { out });
  expect(readFileSync(mine, 'utf8')).toBe('mine');
  expect(JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8'))).toMatchObject({ target: out });
});

it('not even --force replaces the image that is read', async () => {
  const out = tempFolder();
  const path = image({ 'volume.raw': 'a file of the same name', other: '1' }, out);
  const before = readFileSync(path);
  expect(statuses(await recovered(path, { out, force: true }))).toEqual({
    '/volume.raw': 'failed',
    '/other': 'recovered',
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});

it('a target that is a link to a folder is that folder', async () => {
  const real = tempFolder();
  const out = join(tempFolder(), 'link');
  symlinkSync(real, out);
  await recovered(image({ a: '1' }), { out });
  expect(readFileSync(join(real, 'a'), 'utf8')).toBe('1');
});

it('names that a target takes for one are told apart by a number', () => {
  const staging = new Staging(tempFolder(), 'key');
  expect(staging.ignoresCase).toBe(existsSync(staging.folder.toUpperCase()));
  const careless = Object.assign(Object.create(staging), { ignoresCase: true }) as Staging;
  careless.pathOf = (components) => join(staging.tree, ...components);
  const names = new TargetNames(careless, () => []);
  const paths = [
    '/a/File.txt',
    '/a/file.TXT',
    '/A/FILE.txt',
    '/a/gr\u00fcn',
    '/a/gru\u0308n',
    '/b/file.txt',
    '/a/File.txt',
  ];
  expect(paths.map((path) => names.place(path).name)).toEqual([
    'File.txt',
    'file.TXT (2)',
    'FILE.txt (3)',
    'gr\u00fcn',
    'gru\u0308n (2)',
    'file.txt',
    'File.txt',
  ]);
});

it.skipIf(process.platform === 'win32')('what is recovered is private (not on Windows: no modes there)', async () => {
  const out = join(tempFolder(), 'new/target');
  const report = await recovered(image({ 'folder/a': '1' }), { out });
  expect(report.warnings).toEqual([]);
  const modes = ['', 'folder', 'folder/a', 'recovery-report.json'].map(
    (path) => statSync(join(out, path)).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o700, 0o600, 0o600]);
  const open = tempFolder();
  mkdirSync(join(open, 'public'), { mode: 0o755 });
  const warned = await recovered(image({ a: '1' }), { out: join(open, 'public') });
  expect(warned.warnings[0]).toContain('chmod 700');
});

it('a name that was made never takes that of a file, before or behind it', async () => {
  const builder = new NtfsBuilder();
  const stream = (content: string) => resident(0x80, new TextEncoder().encode(content), 's');
  const files: [name: string, content: string, attributes?: Uint8Array[]][] = [
    ['\ud800', 'altered'],
    ['%d800', 'as it is'],
    ['%d800 (2)', 'numbered'],
    ['a', 'a', [stream('of a')]],
    ['a.s.stream', 'a file behind'],
    ['b.s.stream', 'a file before'],
    ['b', 'b', [stream('of b')]],
  ];
  for (const [name, content, attributes = []] of files) builder.add({ name, content, namespace: 0, attributes });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  const out = tempFolder();
  const report = await recovered(path, { out, streams: true });
  expect(report.totals).toMatchObject({ files: 9, failed: 0 });
  expect(new Set(report.files.map(({ target }) => target)).size).toBe(9);
  const contents = report.files.map(({ path: one, target }) => [one, readFileSync(join(out, target!), 'utf8')]);
  const wanted = files.flatMap(([name, content, attributes]) => [
    [`/${name}`, content],
    ...(attributes === undefined ? [] : [[`/${name}:s`, `of ${name}`]]),
  ]);
  expect(Object.fromEntries(contents)).toEqual(Object.fromEntries(wanted));
});

it('streams of directories are named as lost, or written beside', async () => {
  const builder = new NtfsBuilder();
  const stream = resident(0x80, new TextEncoder().encode('of a folder'), 'notes');
  builder.add({ name: 'folder', namespace: 0, directory: true, attributes: [stream] });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  const lost = await recovered(path, { out: tempFolder() });
  expect(lost.files).toMatchObject([{ path: '/folder', status: 'skipped', lost: ['stream notes (11 bytes)'] }]);
  const out = tempFolder();
  const kept = await recovered(path, { out, streams: true });
  expect(kept.files).toMatchObject([{ path: '/folder:notes', status: 'recovered', target: 'folder.notes.stream' }]);
  expect(readFileSync(join(out, 'folder.notes.stream'), 'utf8')).toBe('of a folder');
  expect(statSync(join(out, 'folder')).isDirectory()).toBe(true);
});

it('streams of the root folder are named as lost, or written into the target, whose times stay its own', async () => {
  const builder = new NtfsBuilder({ ofRoot: [resident(0x80, new TextEncoder().encode('of the root'), 'notes')] });
  builder.add({ name: 'a', namespace: 0, content: 'a' });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  const lost = await recovered(path, { out: tempFolder() });
  expect(lost.files).toMatchObject([
    { path: '/', status: 'skipped', lost: ['stream notes (11 bytes)'] },
    { path: '/a', status: 'recovered' },
  ]);
  const out = tempFolder();
  const kept = await recovered(path, { out, streams: true });
  expect(kept.files).toMatchObject([{ path: '/:notes', status: 'recovered', target: '.notes.stream' }, { path: '/a' }]);
  expect(readFileSync(join(out, '.notes.stream'), 'utf8')).toBe('of the root');
  expect(statSync(out).mtimeMs).toBeGreaterThan(Date.now() - 600_000);
});

it('a target so full that nothing can be noted either is told as full, with its name', async () => {
  const out = tempFolder();
  const full = (): never => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  const flush = vi.spyOn(Staging.prototype, 'flush').mockImplementation(full);
  try {
    const failure = recovered(image({ a: '1' }), { out, onProgress: full });
    await expect(failure).rejects.toMatchObject({ code: 'ENOSPC', message: expect.stringContaining(`${out} is full`) });
  } finally {
    flush.mockRestore();
  }
});

it('folders nested deeper than the system’s paths reach cost what lies in them, not the job', async () => {
  const builder = new NtfsBuilder();
  builder.add({ name: 'first.txt', content: 'first', namespace: 0 });
  let parent: number | undefined;
  for (let depth = 0; depth < 18; depth++) {
    const at = parent === undefined ? {} : { parent };
    builder.add({ name: `file ${depth}`, content: `${depth}`, namespace: 0, ...at });
    parent = builder.add({ name: `${depth}-`.padEnd(240, 'x'), directory: true, namespace: 0, ...at });
  }
  builder.add({ name: 'last.txt', content: 'last', namespace: 0 });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  for (const streams of [false, true]) {
    const out = tempFolder();
    const report = await recovered(path, { out, streams });
    const lost = report.files.filter(({ status }) => status === 'failed');
    expect(lost.length).toBeGreaterThan(0);
    for (const { error } of lost) {
      expect(error).toMatchObject({ code: 'TARGET_PATH_TOO_LONG', hint: expect.stringContaining('cat') });
    }
    const texts = ['first.txt', 'last.txt', 'file 0'].map((name) => readFileSync(join(out, name), 'utf8'));
    expect(texts).toEqual(['first', 'last', '0']);
    expect(report.totals.files).toBe(20 - lost.filter(({ path: one }) => /\/file \d+$/.test(one)).length);
    expect(readdirSync(out).filter((name) => name.startsWith('.pitvault-'))).toEqual([]);
  }
});

it('as many files as a folder may refuse are told of in no more than a moment', () => {
  const out = tempFolder();
  const staging = new Staging(out, 'key');
  const targets = Array.from({ length: 20_000 }, (_, i) => `folder/${i}/file`);
  const refused = occupied(join(out, 'folder'), 'a file');
  const failures = targets.map((target) => ({ target: dirname(join(out, target)), error: refused }));
  Object.assign(staging, { publish: () => failures.slice(1) });
  const files = targets.map((target, i) => ({
    ...{ path: `/${target}`, size: 1, record: i, modified: null, target },
    status: 'recovered' as const,
  }));
  const [first, ...others] = settle(files, staging, out, { force: false, sync: false });
  expect([first!.status, others.every(({ status, error }) => status === 'failed' && error !== undefined)]).toEqual([
    'recovered',
    true,
  ]);
});
