/**
 * Goal: at three in the morning every command ends in a result, or in what is wrong, where, and what to do next; with
 * --json it is JSON in either case. Method: the built command line on the sample pool, wrong in every way people are.
 */

import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NtfsBuilder, resident } from '../support/ntfs-builder.ts';
import { removeFolder, SAMPLE_ZIP, sha256, truth, unpackSamplePool } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { type Outcome, pitvault } from '../support/tools.ts';

const { server, replicaId } = truth.dpmdb;
const states = truth.containers.find((container) => container.replicaId === replicaId)!.states;
const live = states.find(({ kind }) => kind === 'replica')!;
const points = states.filter(({ kind }) => kind === 'point');

let pool: string;
beforeAll(async () => {
  pool = await unpackSamplePool();
});
afterAll(() => removeFolder(pool));

const image = (): string => join(pool, live.path);

describe('wrong words', () => {
  const cases: readonly (readonly [what: string, args: (out: string) => string[], code: number, message: RegExp])[] = [
    ['no such pool', (out) => ['recover', join(pool, 'nope'), '--out', out], 3, /nope/],
    ['no such root', () => ['scan', join(pool, 'nope')], 3, /does not exist/],
    [
      'no such replica',
      (out) => ['recover', pool, '--out', out, '--replica', 'xyz'],
      3,
      /no replica xyz[\s\S]*it has: /,
    ],
    ['no such server', (out) => ['recover', pool, '--out', out, '--server', 'dpm09'], 3, /no server dpm09/],
    [
      'a replica of another server',
      (out) => ['recover', pool, '--out', out, '--server', 'dpm02.contoso.com', '--replica', replicaId],
      3,
      /no replica .* of server dpm02/,
    ],
    ['no such point', (out) => ['recover', pool, '--out', out, '--point', replicaId.replace('3', '4')], 3, /it has: /],
    ['several replicas', (out) => ['recover', pool, '--out', out, '--files', '*.mdf'], 6, /--replica/],
    ['no time', (out) => ['recover', pool, '--out', out, '--at', 'yesterday'], 2, /2024-07-29T10:00/],
    ['no such day', (out) => ['recover', pool, '--out', out, '--at', '2024-02-31'], 2, /ISO 8601/],
    ['too early', (out) => ['recover', pool, '--out', out, '--at', '2020-01-01'], 3, /oldest state is of/],
    ['two states', (out) => ['recover', pool, '--out', out, '--at', '2024-07-28', '--latest'], 2, /exclude each other/],
    [
      'a time for an image',
      (out) => ['recover', image(), '--out', out, '--at', '2024-07-28'],
      2,
      /--at would.*shadow-at/s,
    ],
    ['a point of an image', () => ['ls', image(), '--point', replicaId], 2, /--point would choose in a pool/],
    ['a replica of an image', () => ['ls', image(), '--replica', 'x'], 2, /single image: --replica/],
    ['versions of a replica in an image', () => ['versions', image(), '/x', '--replica', 'x'], 2, /single image/],
    ['a time of an image to mount', (out) => ['mount', image(), out, '--at', '2024-07-28'], 2, /single image/],
    ['a time of an image to serve', () => ['serve', 'nbd', image(), '--at', '2024-07-28'], 2, /single image/],
    ['no volume', (out) => ['recover', pool, '--out', out, '--volume', 'abc'], 2, /"abc" is neither/],
    ['no target', () => ['recover', pool], 2, /--out DIR/],
    ['an empty target', () => ['recover', pool, '--out', ''], 2, /--out DIR/],
    [
      'a choice made twice',
      (out) => ['recover', pool, '--out', out, '--replica', 'a', '--replica', 'b'],
      2,
      /"a" and "b"/,
    ],
    ['an unknown option', () => ['recover', pool, '--bogus'], 2, /--bogus[\s\S]*--help/],
    ['an unknown command', () => ['recver'], 2, /did you mean recover/],
    ['help for an unknown command', () => ['help', 'recver'], 2, /did you mean recover/],
    ['an image as a pool', () => ['scan', image()], 2, /neither a folder nor a zip[\s\S]*single image/],
    ['a path in no version', () => ['versions', image(), '/x'], 3, /no state of/],
    ['a pool as an image', () => ['info', pool], 2, /is a folder/],
    ['a zip with many images', () => ['info', SAMPLE_ZIP], 6, /name one: /],
    ['a zip without the member', () => ['info', `${SAMPLE_ZIP}::x`], 3, /it has: .*disk0\.vhdx/],
    ['no such file', () => ['cat', image(), '/nope'], 3, /pitvault ls/],
    ['a folder as a file', () => ['cat', image(), '/'], 2, /is a directory/],
    ['an unknown shell', () => ['completion', 'toString'], 2, /bash, zsh or fish/],
    ['a target in a file', () => ['recover', pool, '--out', join(image(), 'x')], 3, /not a directory/],
    ['a VHDX by the name of a VHD', (out) => ['create', `${out}.vhd`, '--size', '1G'], 2, /pitvault convert/],
    ['a rule without its policy', () => ['prune', pool, '--keep', '1', '--weekdays', '5'], 2, /belongs to --policy/],
    ['verify in an archive', () => ['verify', SAMPLE_ZIP], 5, /unpack it first/],
    ['verify of a member', () => ['verify', `${SAMPLE_ZIP}::${live.path}`], 5, /unpack it first/],
    ['a result in no folder', (out) => ['convert', image(), join(out, 'a/b.raw')], 3, /check the path/],
    ['nothing to look into', () => ['doctor', join(pool, 'nope')], 3, /check the path/],
  ];

  it.each(cases)('%s: says what, where and what to do', (_what, args, code, message) => {
    const outcome = pitvault(...args(join(tempFolder(), 'out')));
    expect(outcome.err).toMatch(message);
    expect(outcome.err).toContain('what to do: ');
    expect(outcome).toMatchObject({ code, out: '' });
  });
});

describe('JSON', () => {
  const out = mkdtempSync(join(tmpdir(), 'pitvault-json-'));
  afterAll(() => removeFolder(out));
  const calls: readonly { code: number; words: readonly (string | (() => string))[] }[] = [
    { code: 0, words: ['scan', () => pool] },
    { code: 0, words: ['recover', () => pool, '--out', join(out, 'a')] },
    { code: 0, words: ['info', image] },
    { code: 0, words: ['check', image] },
    { code: 0, words: ['ls', image] },
    { code: 0, words: ['ls', '-lR', image] },
    { code: 0, words: ['hash', image] },
    { code: 0, words: ['map', image] },
    { code: 0, words: ['convert', image, join(out, 'b.raw')] },
    { code: 0, words: ['versions', () => pool, live.files.find(({ path }) => path.endsWith('.mdf'))!.path] },
    { code: 0, words: ['bench', 'read', image] },
    { code: 0, words: ['doctor', out] },
    { code: 0, words: ['runbook', 'native-backup', '--server', 'dpm01', '--database', 'DPMDB'] },
    { code: 0, words: ['runbook', 'recover-dpmdb', '--server', 'dpm01', '--storage', 'legacy'] },
    { code: 0, words: ['completion', 'bash'] },
    { code: 0, words: ['help'] },
    { code: 0, words: ['help', 'recover'] },
    { code: 0, words: ['ls', '--help'] },
    { code: 0, words: ['--version'] },
    { code: 0, words: ['init', join(out, 'pool'), '--server', server] },
    { code: 0, words: ['protect', image, '--pool', join(out, 'pool'), '--name', 'vm', '--seal'] },
    { code: 0, words: ['backup', image, '--pool', join(out, 'pool'), '--replica', 'vm'] },
    { code: 0, words: ['consistency-check', image, '--pool', join(out, 'pool'), '--replica', 'vm', '--seal'] },
    { code: 0, words: ['points', join(out, 'pool'), '--usage'] },
    { code: 0, words: ['verify', join(out, 'pool'), '--seal'] },
    { code: 0, words: ['prune', join(out, 'pool'), '--keep', '1', '--apply', '--wait', '1'] },
    { code: 2, words: ['ls', '--bogus'] },
    { code: 2, words: ['bogus'] },
    { code: 2, words: ['vssadmin', 'list', 'volumes'] },
    { code: 2, words: ['mountvol'] },
    { code: 2, words: ['ls'] },
    { code: 3, words: ['cat', image, '/nope'] },
    { code: 3, words: ['scan', () => join(pool, 'nope')] },
    { code: 6, words: ['convert', image, join(out, 'b.raw')] },
  ];

  it.each(calls)('ends with $code: $words', ({ code, words }) => {
    const given = words.map((word) => (typeof word === 'string' ? word : word()));
    const outcome = pitvault(...given, '--json');
    expect(outcome.code).toBe(code);
    const value = JSON.parse(outcome.out) as { error?: { kind: string; code: string; message: string; hint?: string } };
    if (code === 0) {
      expect(value.error).toBeUndefined();
      expectDocumented(given[0]!, value);
    } else expect(value.error).toMatchObject({ hint: expect.any(String), code: expect.any(String) });
  });
});

it("help promises JSON for all commands but Windows' words", () => {
  const help = JSON.parse(pitvault('help', '--json').out) as { commands: { name: string; options: object }[] };
  const without = help.commands.filter(({ options }) => !Object.hasOwn(options, 'json')).map(({ name }) => name);
  expect(without).toEqual(['mount-vhd', 'dismount-vhd', 'get-vhd', 'test-vhd', 'mountvol', 'vssadmin', 'diskshadow']);
  for (const name of without) {
    expect(pitvault(name, '--help')).toMatchObject({ code: 0, out: expect.not.stringContaining('--json') });
    expect(pitvault(name, 'x', '--json')).toMatchObject({ code: 2, out: expect.stringContaining('CLI_NO_JSON') });
  }
});

/** The README's table of JSON values: outermost names of each command. */
const documented = new Map(
  [
    ...readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').matchAll(/^\| (`\w[^|]*`) \| [^`]*`(.+?)`/gm),
  ].flatMap(([, commands, shape]) =>
    [...commands!.matchAll(/`([\w-]+)`/g)].map(([, one]) => [one!, outermost(shape!)] as const),
  ),
);

/** `[{a, b: {c}}]` has `a` and `b`. */
function outermost(shape: string): string[] {
  let inner = shape.replace(/^\[?\{|\}\]?$/g, '');
  while (/\{[^{}]*\}/.test(inner)) inner = inner.replace(/\{[^{}]*\}/g, '');
  return inner.split(',').map((part) => part.split(':')[0]!.trim());
}

function expectDocumented(command: string, value: object): void {
  const names = documented.get(command);
  if (names === undefined || Object.hasOwn(value, 'options')) return; // help of one command
  const keys = new Set((Array.isArray(value) ? value : [value]).flatMap((one: object) => Object.keys(one)));
  for (const key of keys) expect(names, `${command} is documented to have`).toContain(key);
}

it('the README documents the JSON of every command that reads', () => {
  const commands = ['scan', 'recover', 'info', 'check', 'ls', 'hash', 'map', 'convert', 'versions', 'bench', 'doctor'];
  expect([...documented.keys()]).toEqual(expect.arrayContaining(commands));
});

describe('a damaged live replica', () => {
  const damage = (action: (path: string) => void): string => {
    const copy = join(tempFolder(), 'pool');
    cpSync(pool, copy, { recursive: true, preserveTimestamps: true });
    action(join(copy, live.path));
    return copy;
  };
  const recovered = ({ out }: Outcome): string[] =>
    (JSON.parse(out) as { files: { sha256: string }[] }).files.map((file) => file.sha256);
  const expected = (at: (typeof states)[number]): string[] =>
    at.files.filter(({ path }) => /\.[ml]df$/.test(path)).map((file) => file.sha256);

  it.each([
    ['without its identifier', (path: string) => writeFileSync(path, 'x', { flag: 'r+' }), 4, 'VHDX_SIGNATURE_MISSING'],
    ['that lost its second half', (path: string) => truncateSync(path, 9 * 2 ** 20), 4, 'VOLUME_START_UNREADABLE'],
    ['that is empty', (path: string) => truncateSync(path, 0), 4, 'VHDX_SIGNATURE_MISSING'],
  ])('%s does not hide the database in the points', (_what, action, code, errorCode) => {
    const copy = damage(action);
    const newest = points.toSorted((a, b) => (a.capturedAt < b.capturedAt ? 1 : -1))[0]!;
    const refused = pitvault('recover', copy, '--out', join(copy, 'out'));
    expect(refused.err).toContain(errorCode);
    expect(refused.err).toContain(`--point ${newest.id}`);
    expect(refused.code).toBe(code);
    const outcome = pitvault('recover', copy, '--out', join(copy, 'out'), '--at', newest.capturedAt, '--json');
    expect(recovered(outcome).sort()).toEqual(expected(newest).sort());
    const byPoint = pitvault('recover', copy, '--out', join(copy, 'out2'), '--point', newest.id, '--json');
    expect(recovered(byPoint).sort()).toEqual(expected(newest).sort());
  });
});

describe('what is read is never written', () => {
  it.each([
    ['convert onto the image', () => image(), (path: string) => ['convert', path, path, '--force']],
    ['convert onto it by another name', () => image(), (path: string) => ['convert', path, link(path), '--force']],
    ['convert onto a zip', () => zipped(), (path: string) => ['convert', `${path}::${live.path}`, path, '--force']],
  ])('%s', (_what, make, args) => {
    const path = make();
    const before = sha256(readFileSync(path));
    const outcome = pitvault(...args(path));
    expect(outcome.err).toContain('CONVERT_ONTO_SOURCE');
    expect(outcome.code).toBe(2);
    expect(sha256(readFileSync(path))).toBe(before);
  });

  function link(path: string): string {
    const name = join(tempFolder(), 'link.raw');
    symlinkSync(path, name);
    return name;
  }

  function zipped(): string {
    const path = join(tempFolder(), 'a.zip');
    copyFileSync(SAMPLE_ZIP, path);
    return path;
  }
});

it('containers are known by GUIDs in any spelling', () => {
  const root = tempFolder();
  const container = join(root, server, `{${replicaId.toUpperCase()}}`);
  mkdirSync(join(root, server), { recursive: true });
  cpSync(join(pool, server, replicaId), container, { recursive: true });
  const scan = JSON.parse(pitvault('scan', root, '--json').out) as {
    containers: { replicaId: string; states: { id: string; kind: string }[] }[];
  };
  expect(scan.containers[0]!.replicaId).toBe(replicaId);
  expect(scan.containers[0]!.states.find(({ kind }) => kind === 'replica')?.id).toBe(replicaId);
});

it('a folder of images under other names is no pool, and says which images those are', () => {
  const root = tempFolder();
  copyFileSync(image(), join(root, 'renamed.vhdx'));
  const outcome = pitvault('scan', root);
  expect(outcome.code).toBe(3);
  expect(outcome.err).toContain('renamed.vhdx');
});

it('a lost file record among many: listings stay whole, and what failed is shown first', () => {
  const builder = new NtfsBuilder();
  for (let i = 0; i < 30; i++) builder.add({ name: `file ${i}`, namespace: 0, content: `${i}` });
  const lost = builder.add({ name: 'lost', namespace: 0, content: 'lost' });
  const path = join(tempFolder(), 'volume.raw');
  const bytes = builder.build();
  bytes[builder.offsetOf(lost) + 510]! ^= 0x55;
  writeFileSync(path, bytes);

  const listed = pitvault('ls', path, '--json');
  const entries = JSON.parse(listed.out) as { name: string; error?: { code: string } }[];
  expect(listed).toMatchObject({ code: 0, err: expect.stringContaining('the name /lost is all that is left') });
  expect(entries.filter(({ error }) => error !== undefined)).toMatchObject([
    { name: 'lost', error: { code: 'NTFS_RECORD_TORN' } },
  ]);
  const recovered = pitvault('recover', path, '--out', tempFolder());
  expect(recovered).toMatchObject({ code: 8, err: expect.stringContaining('run again with --salvage') });
  expect(recovered.out).toMatch(/^ {2}failed {2}\/lost [\s\S]*^ {2}recovered /m);
  expect(pitvault('recover', path, '--out', tempFolder(), '--salvage').err).not.toContain('--salvage');
});

it('ls of a folder whose index is damaged shows what the file table has, and is partial', () => {
  const builder = new NtfsBuilder({ records: 256 });
  const folder = builder.add({ name: 'folder', namespace: 0, directory: true });
  for (let i = 0; i < 100; i++) builder.add({ name: `a file with a name ${i}`, namespace: 0, parent: folder });
  builder.add({ name: 'whole', namespace: 0, directory: true });
  const bytes = Buffer.from(builder.build());
  const block = bytes.indexOf('INDX');
  bytes.fill(0, block, block + 4096); // as a copy tool leaves a bad sector
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, bytes);
  for (const words of [['/folder'], ['-R'], ['/folder', '-l'], ['/folder', '--json']]) {
    const { code, out, err } = pitvault('ls', path, ...words);
    expect([code, out.match(/a file with a name \d+/g)?.length], words.join(' ')).toEqual([8, expect.any(Number)]);
    expect(new Set(out.match(/a file with a name \d+/g)).size).toBe(100);
    expect(err).toContain('its index is damaged');
  }
  expect(pitvault('ls', path, '/whole').code).toBe(0);
});

it('ls --streams tells the streams of files, folders and the root', () => {
  const stream = (name: string): Uint8Array => resident(0x80, new TextEncoder().encode(name), name);
  const builder = new NtfsBuilder({ ofRoot: [stream('of root')] });
  const folder = builder.add({ name: 'folder', namespace: 0, directory: true, attributes: [stream('of folder')] });
  builder.add({ name: 'file', namespace: 0, parent: folder, content: 'x', attributes: [stream('of file')] });
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, builder.build());
  const lines = (...words: string[]): string[] =>
    pitvault('ls', path, ...words)
      .out.trim()
      .split('\n');
  expect(lines()).toEqual(['folder/']);
  expect(lines('--streams')).toEqual(['/:of root', 'folder/', 'folder:of folder']);
  const all = ['/:of root', '/folder/', '/folder:of folder', '/folder/file', '/folder/file:of file'];
  expect(lines('-R', '--streams')).toEqual(all);
  expect(lines('-lR', '--streams')[4]).toMatch(/^ +7 +\/folder\/file:of file$/);
  expect(lines('/folder', '--streams')).toEqual(['/folder:of folder', 'file', 'file:of file']);
  for (const name of all.filter((one) => one.includes(':'))) {
    expect(pitvault('cat', path, name).out).toBe(name.slice(name.indexOf(':') + 1));
  }
  const [root, ...rest] = JSON.parse(pitvault('ls', path, '--streams', '--json').out) as object[];
  expect(root).toMatchObject({ path: '/', kind: 'directory', streams: [{ name: 'of root', size: 7 }] });
  expect(rest).toEqual(JSON.parse(pitvault('ls', path, '--json').out));
});

it('versions of a file are listed although a point cannot be read; which and why is told, and the exit code says so', () => {
  const root = tempFolder();
  cpSync(join(pool, server, replicaId), join(root, server, replicaId), { recursive: true });
  const point = points[1]!.path.split('/').at(-2)!;
  writeFileSync(join(root, server, replicaId, point, 'disk0.vhdx'), Buffer.alloc(2 ** 20, 0xee));
  const outcome = pitvault('versions', root, live.files.find(({ path }) => path.endsWith('.mdf'))!.path);
  expect(outcome.code).toBe(8);
  expect(outcome.out.trim().split('\n')).toHaveLength(points.length + 1);
  expect(outcome.err).toMatch(new RegExp(`warning: ${point} cannot be read: .*VHDX`));
});

it('test-vhd is False for a damaged parent, and for a file in which nothing is known', () => {
  const folder = tempFolder();
  const [parent, child] = [join(folder, 'parent.vhdx'), join(folder, 'child.vhdx')];
  expect(pitvault('create', parent, '--size', '64M', '--block', '1M').code).toBe(0);
  expect(pitvault('create', child, '--parent', parent).code).toBe(0);
  expect(pitvault('test-vhd', child)).toMatchObject({ code: 0, out: 'True\n' });
  const bytes = readFileSync(parent);
  bytes[3 * 1024 * 1024] = 4; // the first entry of its BAT: a state that is reserved
  writeFileSync(parent, bytes);
  expect(pitvault('test-vhd', child)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/parent\.vhdx: .*\nFalse\n$/),
  });
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'no disk');
  expect(pitvault('test-vhd', text)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/nothing was checked.*\nFalse\n$/),
  });
});

it('info tells the label of an NTFS volume', () => {
  const [volume] = JSON.parse(pitvault('info', image(), '--json').out).volumes;
  expect(volume.label).toMatch(/^DPM-vol_/);
  expect(volume.label).toBe(volume.fileSystem.label);
});
