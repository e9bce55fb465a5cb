/**
 * Goal: runbooks run: DPMDB out of a pool and out of the shadow copies of a replica volume, with the right bytes, again
 * without copying again. Method: the sample pool's volume is given a history by a writer that shares nothing with the
 * reader: its database is overwritten after the shadow copy was made.
 */

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../support/random.ts';
import { SAMPLE_ZIP, states, truth } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault, pitvaultJson, sha256Of } from '../support/tools.ts';
import { BLOCK, VssVolume } from '../support/vss-builder.ts';

type Report = { files: { path: string; target: string; status: string }[]; next: string[] };
const LEGACY = ['runbook', 'recover-dpmdb', '--server', 'dpm01', '--storage', 'legacy'];
const state = states.find(
  ({ id, replicaId, kind }) => replicaId === truth.dpmdb.replicaId && kind === 'point' && id.startsWith('0c5b'),
)!;

function expectBytes(report: Report, out: string): void {
  expect(report.files.length).toBe(2);
  for (const { path, target } of report.files) {
    const wanted = state.files.find((file) => file.path.replace(/^\//, '') === path.replace(/^\//, ''))!;
    expect(sha256Of(join(out, target)), path).toBe(wanted.sha256);
  }
  expect(report.next[0]).toContain('DpmSync -RestoreDb');
}

/** The replica volume, and the one that keeps its shadow copy: bare volumes, as raw images. */
function legacyStorage(folder: string): { volume: string; diffArea: string; header: number; list: number } {
  const image = `${SAMPLE_ZIP}::${state.path}`;
  const raw = join(folder, 'disk.raw');
  expect(pitvault('convert', image, raw).code).toBe(0);
  type Info = { volumes: { offset: number; length: number; kind: string }[] };
  const { offset, length } = pitvaultJson<Info>('info', image).volumes.find(({ kind }) => kind === 'ntfs')!;
  const bytes = readFileSync(raw).subarray(offset, offset + length);
  const blocks = Math.floor(bytes.length / BLOCK);
  const history = new VssVolume({ blocks, random: new Random(), elsewhere: true });
  history.live.set(bytes.subarray(0, blocks * BLOCK));
  for (let block = 0; block < blocks; block++) history.allocated.add(block);
  history.snapshot();
  const mdf = state.files.find(({ path }) => path.endsWith('.mdf'))!.path;
  type Extent = { kind: string; length: number; fileOffset: number };
  // Where the database lies is asked of the raw disk, in which a leaf's place is the place on the disk.
  for (const { kind, length, fileOffset } of pitvaultJson<Extent[]>('map', `${raw}::${mdf}`)) {
    if (kind !== 'data') continue;
    const first = Math.ceil((fileOffset - offset) / BLOCK);
    for (let block = first; (block + 1) * BLOCK <= fileOffset - offset + length; block++) history.write(block);
  }
  const { volume, storage, storeHeaders, listOffsets } = history.build();
  volume.set(bytes.subarray(0, 512)); // the builder's own boot sector tells of no files
  const paths = { volume: join(folder, 'replica.img'), diffArea: join(folder, 'diffarea.img') };
  writeFileSync(paths.volume, volume);
  writeFileSync(paths.diffArea, storage);
  const now = pitvaultJson<{ sha256: string }>('hash', `${paths.volume}::${mdf}`).sha256;
  expect(now, 'the volume itself holds another database now').not.toBe(
    state.files.find(({ path }) => path === mdf)!.sha256,
  );
  return { ...paths, header: storeHeaders[0]!, list: listOffsets[0]! };
}

it('legacy storage: list, expose, copy, unexpose, from the images of replica volume and diff area', () => {
  const folder = tempFolder();
  const { volume, diffArea } = legacyStorage(folder);
  const args = [...LEGACY, '--image', volume, '--diff-area', diffArea];
  const printed = pitvault(...args);
  expect([printed.code, printed.err]).toEqual([0, '']);
  const id = /expose \{([0-9a-f-]{36})\} X:/.exec(printed.out)?.[1];
  expect(printed.out).toMatch(/pass +R-44/);
  expect(printed.out).toMatch(/pass +R-46/);
  const out = join(folder, 'out');
  expectBytes(pitvaultJson<Report>(...args, '--execute', '--out', out), out);
  const again = pitvaultJson<Report>(...args, '--point', `{${id!.toUpperCase()}}`, '--execute', '--out', out);
  expect(again.files.map(({ status }) => status)).toEqual(['already there', 'already there']);
  const early = pitvault(...args, '--at', '1990-01-01T00:00', '--execute', '--out', out, '--json');
  expect(JSON.parse(early.out)).toMatchObject({ error: { kind: 'not-found', hint: expect.any(String) } });
});

it('a shadow copy whose store has lost its names gives its files, and says so; one without its block list does not', () => {
  const folder = tempFolder();
  const { volume, diffArea, header, list } = legacyStorage(folder);
  const storage = readFileSync(diffArea);
  const args = ['recover', volume, '--diff-area', diffArea, '--datasource', 'dpmdb', '--shadow', '1', '--out'];
  writeFileSync(diffArea, Buffer.from(storage).fill(0, header, header + 16));
  const out = join(folder, 'out');
  const report = pitvaultJson<Report & { warnings: string[] }>(...args, out);
  expectBytes(report, out);
  expect(report.warnings.join()).toMatch(/header of store \{.*no shadow copy record/);
  writeFileSync(diffArea, Buffer.from(storage).fill(0, list, list + 16));
  const refused = pitvault(...args, join(folder, 'none'), '--json');
  expect([refused.code, JSON.parse(refused.out)]).toMatchObject([4, { error: { code: 'VSS_RECORD_SIGNATURE' } }]);
});

it('storage pool: the point that is meant', () => {
  const out = join(tempFolder(), 'out');
  const args = ['runbook', 'recover-dpmdb', '--server', 'dpm01.contoso.com', '--pool', SAMPLE_ZIP, '--point', state.id];
  expectBytes(pitvaultJson<Report>(...args, '--replica', truth.dpmdb.replicaId, '--execute', '--out', out), out);
});

it('storage pool of several servers: the one that is named, and no other', () => {
  const base = ['runbook', 'recover-dpmdb', '--pool', SAMPLE_ZIP, '--server'];
  const out = join(tempFolder(), 'out');
  for (const other of ['dpm02.contoso.com', 'dpm03.contoso.com']) {
    const { code, out: text } = pitvault(...base, other, '--execute', '--out', out, '--json');
    expect([other, code, JSON.parse(text)]).toMatchObject([other, 3, { error: { kind: 'not-found' } }]);
    expect(existsSync(out)).toBe(false);
  }
  type Steps = { steps: { pitvault: string[] }[] };
  const lines = pitvaultJson<Steps>(...base, 'dpm01').steps.flatMap((step) => step.pitvault);
  const { replicaId, newest } = truth.dpmdb;
  expect(lines.join('\n')).toMatch(new RegExp(`mount-vhd \\S*sample-pool.zip::\\S*/${replicaId}/${newest}/disk0.vhdx`));
  expect(lines.join('\n')).toContain(`--replica ${replicaId} --point ${newest} --datasource dpmdb`);
  expect(lines.join('\n')).not.toContain('<');
  expect(pitvaultJson<Report>(...base, 'DPM01', '--execute', '--out', out).files.length).toBe(2);
  expect(pitvault(...base, 'dpm01', '--at', 'yesterday').code).toBe(2);
});

it('a pool whose disks cannot be read is not intact; a replica may be named as DPM names it', () => {
  type Value = { rules: { id: string; outcome: string; detail: string }[]; steps: { windows: string[] }[] };
  const pool = join(tempFolder(), 'pool');
  const disk = (point: string): string => join(pool, 'dpm01.contoso.com', truth.dpmdb.replicaId, point, 'disk0.vhdx');
  const points = [truth.dpmdb.replicaId, '0c5b7f1e-2d94-4a86-b3e1-7f6a5d4c3b20'];
  for (const point of points) {
    mkdirSync(dirname(disk(point)), { recursive: true });
    writeFileSync(disk(point), new Random().bytes(100_000));
  }
  const book = ['runbook', 'recover-dpmdb', '--server', 'dpm01'];
  const rule = (id: string, ...args: string[]) =>
    pitvaultJson<Value>(...book, ...args).rules.find((one) => one.id === id);
  expect(rule('R-37', '--pool', pool)).toMatchObject({
    outcome: 'fail',
    detail: expect.stringContaining('not a VHDX'),
  });
  // A copy of the pool is as new as its files: that is no time to choose a point by.
  const listed = pitvault('vssadmin', 'list', 'shadows', '--image', pool);
  expect([listed.code, listed.err]).toEqual([0, expect.stringContaining('modification time of disk0.vhdx')]);
  expect(rule('R-37', '--pool', SAMPLE_ZIP)).toMatchObject({ outcome: 'pass' });
  const named = pitvaultJson<Value>(...book, '--pool', SAMPLE_ZIP, '--replica', 'DPM01\\DPMDB');
  expect(JSON.stringify(named.steps)).toContain(truth.dpmdb.replicaId);
});

it('no option is passed over in silence', () => {
  const native = ['runbook', 'native-backup', '--server', 'x', '--database', 'd'];
  for (const args of [
    [...LEGACY, '--pool', SAMPLE_ZIP],
    ['runbook', 'recover-dpmdb', '--server', 'x', '--image', 'y'],
    ['runbook', 'recover-dpmdb', '--server', 'x', '--folder', 'C:\\x'],
    [...native, '--at', '2024-01-01'],
    [...native, '--storage', 'mbs'],
  ]) {
    expect(pitvault(...args), args.join(' ')).toMatchObject({
      code: 2,
      err: expect.stringContaining('CLI_RUNBOOK_OPTION'),
    });
  }
});

it('what --execute needs is told', () => {
  for (const args of [
    LEGACY,
    ['runbook', 'recover-dpmdb', '--server', 'x'],
    ['runbook', 'native-backup', '--server', 'x', '--database', 'd'],
  ]) {
    const { code, err } = pitvault(...args, '--execute');
    expect([code, err]).toEqual([2, expect.stringContaining('--')]);
  }
  expect(pitvault('runbook', 'other').err).toContain('recover-dpmdb and native-backup');
});

it('native-backup writes the two files, keeps what is there, and replaces nothing else', () => {
  const out = join(tempFolder(), 'out');
  const args = ['runbook', 'native-backup', '--server', 'dpm01', '--database', 'DPMDB', '--execute', '--out', out];
  type Value = { files: { path: string; status: string }[]; findings: unknown[] };
  expect(pitvaultJson<Value>(...args).files.map(({ status }) => status)).toEqual(['written', 'written']);
  expect(readFileSync(join(out, 'bkupdb.cmd'), 'latin1')).toMatch(/^OSQL [^\n]*\r\n$/);
  expect(readFileSync(join(out, 'ScriptingConfig.xml'), 'latin1').replaceAll('\r\n', '')).not.toContain('\n');
  expect(pitvaultJson<Value>(...args).files.map(({ status }) => status)).toEqual(['already there', 'already there']);
  expect(pitvault(...args, '--folder', 'E:\\other').code).toBe(6);
  expect(pitvault('scripting-config', 'check', join(out, 'ScriptingConfig.xml')).code).toBe(0);
});

it('scripting-config reads a file in UTF-16 and writes it so', () => {
  const folder = tempFolder();
  const file = join(folder, 'ScriptingConfig.xml');
  expect(pitvault('scripting-config', 'set', file, '--datasource', 'D:', '--pre', 'D:\\a.cmd').code).toBe(0);
  const text = readFileSync(file, 'utf8');
  for (const swap of [false, true]) {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    writeFileSync(file, swap ? bytes.swap16() : bytes);
    expect(pitvault('scripting-config', 'set', file, '--datasource', 'D:', '--timeout', '7').code).toBe(0);
    const written = readFileSync(file);
    expect([...written.subarray(0, 2)]).toEqual(swap ? [0xfe, 0xff] : [0xff, 0xfe]);
    const again = (swap ? written.swap16() : written).toString('utf16le').slice(1);
    expect(again.replace(/\s*<TimeOut>7<\/TimeOut>/, '')).toBe(text);
    expect(pitvault('scripting-config', 'check', file).code).toBe(0);
  }
});

it('scripting-config set replaces the file at once: its rights, its link and what it was are kept', () => {
  const folder = tempFolder();
  const real = join(folder, 'real.xml');
  const file = join(folder, 'ScriptingConfig.xml');
  expect(pitvault('scripting-config', 'set', real, '--datasource', 'D:', '--pre', 'D:\\a.cmd').code).toBe(0);
  const first = readFileSync(real);
  chmodSync(real, 0o640);
  symlinkSync('real.xml', file);
  type Value = { scripts: { timeOut?: number }[]; backup: string | null };
  const set = (minutes: string): Value =>
    pitvaultJson<Value>('scripting-config', 'set', file, '--datasource', 'D:', '--timeout', minutes);
  expect(set('7').backup).toBe(`${real}.bak`);
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(readFileSync(`${real}.bak`)).toEqual(first);
  expect(set('8').backup).toBe(`${real}.bak2`);
  expect(set('8').backup).toBe(null); // it says so already
  expect(readFileSync(`${real}.bak`)).toEqual(first);
  expect(readdirSync(folder).toSorted()).toEqual(['ScriptingConfig.xml', 'real.xml', 'real.xml.bak', 'real.xml.bak2']);
});

it('a configuration in another encoding is refused, and not a byte of it changed', () => {
  const file = join(tempFolder(), 'ScriptingConfig.xml');
  const config = (script: string): string =>
    `<?xml version="1.0" encoding="windows-1252"?>\n<ScriptConfiguration xmlns="http://schemas.microsoft.com/2003/dls/ScriptingConfig.xsd"><DatasourceScriptConfig DataSourceName="C:"><PreBackupScript>${script}</PreBackupScript></DatasourceScriptConfig></ScriptConfiguration>\n`;
  const bytes = Buffer.from(config('C:\\caf\u00e9.cmd'), 'latin1');
  writeFileSync(file, bytes);
  for (const args of [
    ['check', file],
    ['set', file, '--datasource', 'C:', '--timeout', '7'],
  ]) {
    const { code, err } = pitvault('scripting-config', ...args);
    expect([code, err]).toEqual([4, expect.stringMatching(/windows-1252[\s\S]*SCRIPTING_CONFIG_ENCODING/)]);
  }
  expect(readFileSync(file)).toEqual(bytes);
  // In ASCII alone it is the same in both; what is set must not be what makes it another.
  writeFileSync(file, config('C:\\a.cmd'));
  const set = ['scripting-config', 'set', file, '--datasource', 'C:'];
  expect(pitvault(...set, '--timeout', '7').code).toBe(0);
  expect(pitvault(...set, '--pre', 'C:\\caf\u00e9.cmd')).toMatchObject({ code: 2 });
  expect(readFileSync(file, 'latin1')).toBe(
    config('C:\\a.cmd').replace('</PreBackupScript>', '</PreBackupScript><TimeOut>7</TimeOut>'),
  );
});

it('native-backup writes the configuration in the encoding that it has, and no script that cmd would misread', () => {
  const folder = tempFolder();
  const config = join(folder, 'now.xml');
  expect(pitvault('scripting-config', 'set', config, '--datasource', 'D:', '--pre', 'D:\\a.cmd').code).toBe(0);
  const text = readFileSync(config, 'utf8').replace('encoding="utf-8"', 'encoding="utf-16"');
  writeFileSync(config, Buffer.from(`\ufeff${text}`, 'utf16le'));
  const args = ['runbook', 'native-backup', '--server', 'dpm01', '--database', 'DPMDB', '--execute'];
  const out = join(folder, 'out');
  expect(pitvault(...args, '--config', config, '--out', out).code).toBe(0);
  const written = readFileSync(join(out, 'ScriptingConfig.xml'));
  expect([...written.subarray(0, 2)]).toEqual([0xff, 0xfe]);
  expect(written.toString('utf16le')).toContain('D:\\a.cmd');
  expect(pitvault(...args, '--config', config, '--out', out).out).toContain('already there');
  for (const odd of [
    ['--folder', 'D:\\B\u00e4ckup'],
    ['--instance', 'A & del'],
    ['--instance', 'a b'],
  ]) {
    const told = pitvault(...args, ...odd, '--out', join(folder, 'other'));
    expect([told.code, told.err]).toEqual([2, expect.stringMatching(/RUNBOOK_NOT_ASCII|CLI_NAME/)]);
  }
  expect(existsSync(join(folder, 'other'))).toBe(false);
});

it('what is named twice, or named within another, is listed once', () => {
  const listed = (...images: string[]): string[] =>
    pitvault('vssadmin', 'list', 'shadows', ...images.flatMap((image) => ['--image', image]))
      .out.split('\n')
      .filter((line) => line.includes('Shadow Copy ID') || line.includes('Contained'));
  const once = listed(SAMPLE_ZIP);
  expect(once.length).toBeGreaterThan(2);
  expect(listed(SAMPLE_ZIP, SAMPLE_ZIP.replace('/fixtures/', '/fixtures/../fixtures/'))).toEqual(once);
});
