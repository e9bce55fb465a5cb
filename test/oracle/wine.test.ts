/**
 * Goal: what is built loads and runs on Windows. Method: Node for Windows under wine runs the built files: every call of
 * the shim has an outcome of its contract, and commands give what they give here. Wine's NTFS ioctls are stubs: this proves
 * calling conventions, paths, names, locks and renames, and nothing of what ReFS, VSS or Hyper-V do.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, SAMPLE_ZIP, states, truth, unpackSamplePool } from '../support/sample-pool.ts';
import { CLI, pitvault, pitvaultJson, run, sha256Of, title, without } from '../support/tools.ts';
import { onWindows, WINE, Wine } from '../support/wine.ts';

const DIST = join(import.meta.dirname, '../../dist');
const SUPPORT = join(import.meta.dirname, '../support');
const STATE = `${SAMPLE_ZIP}::dpm01.contoso.com/3e1c0a52-6f5d-4c39-9d0b-2f8a7b6c5d41`;
const POINTS = ['0c5b7f1e-2d94-4a86-b3e1-7f6a5d4c3b20', '4a7d9c3b-e815-4f62-90ab-1c2d3e4f5a61'];

describe.skipIf(without(...WINE))(title('Windows under wine', ...WINE), () => {
  let wine: Wine;
  let place: string;
  let work: string;
  let zip: string;
  /** Zips are named as Windows would; what is inside them always with slashes. */
  const image = (point: string): string =>
    `${onWindows(STATE.split('::')[0]!)}::${STATE.split('::')[1]}/${point}/disk0.vhdx`;
  const at = (name: string): string => `C:\\work\\${name}`;

  beforeAll(() => {
    place = run('mktemp', '-d', '-t', 'pitvault-wine-XXXXXX').trim();
    wine = new Wine(place);
    work = wine.drive('work');
    mkdirSync(work);
    zip = sha256Of(SAMPLE_ZIP);
  });
  afterAll(() => {
    wine.end();
    removeFolder(place);
    expect(sha256Of(SAMPLE_ZIP)).toBe(zip);
  });

  it('every function of the shim is called, and says what its contract knows', () => {
    const { code, out, err } = wine.node([join(SUPPORT, 'windows-calls.mjs'), onWindows(DIST), 'C:\\work']);
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toEqual({
      platform: 'win32',
      name: 'win32',
      reason: expect.stringMatching(/^koffi [\d.]+ calls kernel32$/),
      cloneFile: 'unsupported',
      cloneLeft: false,
      cloneOver: { kind: 'conflict', code: 'EEXIST' },
      thereStill: 'somebody else',
      cloneRange: 'unsupported',
      physicalExtents: null,
      dataRanges: null,
      noRanges: [],
      punchHole: false,
      stillThere: true,
      lock: 'locked',
      lockAgain: 'busy',
      lockShared: 'busy',
      lockAfterClose: 'locked',
      closedLock: { kind: 'io', code: 'EBADF' },
      closedRanges: { kind: 'io', code: 'EBADF' },
      closedPunch: { kind: 'io', code: 'EBADF' },
      fileSystemName: 'NTFS',
      noFileSystem: null,
    });
  });

  it('a lock is seen by other processes, and dies with its process', async () => {
    const script = join(place, 'holder.mjs');
    writeFileSync(
      script,
      `import { openSync } from 'node:fs';
const { loadHostFiles } = await import(${JSON.stringify(`file:///Z:${DIST}/native-shims/load.js`)});
const host = await loadHostFiles();
const path = 'C:\\\\work\\\\held';
console.log(host.lock({ fd: openSync(path, 'a+'), path }, 'exclusive'));
if (process.argv[2] === 'stay') setInterval(() => {}, 1000);
`,
    );
    const log = join(place, 'holder.txt');
    const holder = wine.start([script, 'stay'], log);
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 60_000 }).toContain('locked');
    expect(wine.node([script]).out).toBe('busy\n');
    const ended = new Promise((resolve) => holder.on('exit', resolve));
    holder.kill('SIGKILL');
    await ended;
    await expect.poll(() => wine.node([script]).out, { timeout: 60_000 }).toBe('locked\n');
  });

  it('--version and doctor', () => {
    expect(wine.pitvault(['--version']).out).toBe(pitvault('--version').out);
    const { platform, native } = wine.json<{ platform: string; native: { name: string } }>(['doctor', 'C:\\work']);
    expect([platform, native.name]).toEqual(['win32', 'win32']);
  });

  it('a configuration is replaced through ReplaceFile, and what it was stays beside it', () => {
    const path = join(work, 'Scripting Config.xml');
    const set = (minutes: string) =>
      wine.json<{ backup: string | null }>([
        ...['scripting-config', 'set', at('Scripting Config.xml'), '--datasource', 'C:'],
        ...['--pre', 'C:\\DPMBACKUP\\bkupdb.cmd', '--timeout', minutes],
      ]);
    expect(set('120').backup).toBeNull();
    const before = readFileSync(path, 'utf8');
    expect(set('60').backup).toBe(at('Scripting Config.xml.bak'));
    expect(readFileSync(`${path}.bak`, 'utf8')).toBe(before);
    expect(readFileSync(path, 'utf8')).toBe(before.replace('120', '60'));
    expect(readdirSync(work).some((name) => name.endsWith('.partial'))).toBe(false);
  });

  it('scan finds what it finds here, in a zip and in folders', async () => {
    const plain = (value: unknown): string =>
      JSON.stringify(value).replace(/Z:|\\\\/g, (part) => (part === 'Z:' ? '' : '/'));
    const pool = await unpackSamplePool();
    try {
      for (const path of [SAMPLE_ZIP, pool]) {
        expect(plain(wine.json(['scan', onWindows(path)]))).toBe(plain(pitvaultJson('scan', path)));
      }
    } finally {
      removeFolder(pool);
    }
  });

  it('recover gives the right bytes, and paths as Windows writes them', () => {
    const first = wine.pitvault(['recover', onWindows(SAMPLE_ZIP), '--out', at('recovered')]);
    expect(first.code, first.err).toBe(0);
    expect(first.out).toContain('report: C:\\work\\recovered\\recovery-report.json');
    expect(first.out).toContain('DpmSync -RestoreDb -DbLoc "C:\\work\\recovered\\');
    const report = JSON.parse(readFileSync(join(work, 'recovered', 'recovery-report.json'), 'utf8'));
    const files: { path: string; target: string; sha256: string }[] = report.files;
    const newest = states.find(({ id, kind }) => kind === 'replica' && id === truth.dpmdb.newest)!;
    for (const { path, target } of files) {
      const wanted = newest.files.find((file) => file.path.replace(/^\//, '') === path.replace(/^\//, ''))?.sha256;
      expect(sha256Of(join(work, 'recovered', ...target.split('/'))), path).toBe(wanted);
    }
    expect(files.length).toBe(2);
    expect(wine.pitvault(['recover', onWindows(SAMPLE_ZIP), '--out', at('recovered')]).out).toContain('already there');
  });

  it('convert, create, merge, resize, compact and check', () => {
    const source = image(POINTS[0]!);
    expect(wine.pitvault(['convert', source, at('disk.raw')]).code).toBe(0);
    expect(wine.pitvault(['convert', source, at('disk.vhdx')]).code).toBe(0);
    const wanted = pitvaultJson<{ sha256: string }>('hash', `${STATE}/${POINTS[0]}/disk0.vhdx`).sha256;
    expect(sha256Of(join(work, 'disk.raw'))).toBe(wanted);
    expect(pitvaultJson<{ sha256: string }>('hash', join(work, 'disk.vhdx')).sha256).toBe(wanted);
    for (const args of [
      ['create', at('child.vhdx'), '--parent', at('disk.vhdx')],
      ['check', at('child.vhdx')],
      ['merge', at('child.vhdx')],
      ['resize', at('disk.vhdx'), '--size', '64M'],
      ['compact', at('disk.vhdx')],
      ['check', at('disk.vhdx')],
    ]) {
      const { code, out, err } = wine.pitvault(args);
      expect(code, `${args.join(' ')}: ${out}${err}`).toBe(0);
    }
    expect(pitvault('check', join(work, 'disk.vhdx')).code).toBe(0);
  });

  it('a pool: protect, backup, points, prune; each state is what its source was', () => {
    const command = (...args: string[]): void => {
      const { code, out, err } = wine.pitvault(args);
      expect(code, `${args.join(' ')}: ${out}${err}`).toBe(0);
    };
    command('init', at('pool'), '--server', 'dpm01.contoso.com');
    command('protect', image(POINTS[0]!), '--pool', at('pool'), '--name', 'dpmdb');
    const later = [POINTS[1]!, '9f2e6a84-b07c-4d13-8e5f-a4b3c2d1e0f7', '3e1c0a52-6f5d-4c39-9d0b-2f8a7b6c5d41'];
    for (const point of later) command('backup', image(point), '--pool', at('pool'), '--replica', 'dpmdb');
    command('prune', at('pool'), '--replica', 'dpmdb', '--keep', '2', '--apply');
    command('verify', at('pool'));
    type Points = { replicas: { states: { path: string }[] }[] };
    const left = pitvaultJson<Points>('points', join(work, 'pool')).replicas[0]!.states;
    const hash = (path: string): string => pitvaultJson<{ sha256: string }>('hash', path).sha256;
    expect(left.map(({ path }) => hash(path))).toEqual(later.map((point) => hash(`${STATE}/${point}/disk0.vhdx`)));
    expect(pitvault('verify', join(work, 'pool')).code).toBe(0);
  });

  it('what Windows lacks is told, with the way that there is', () => {
    const { code, err } = wine.pitvault(['mount', onWindows(SAMPLE_ZIP), 'X:\\']);
    expect([code, err.includes('serve webdav')]).toEqual([2, true]);
  });

  it('serve webdav shows the files to this machine', async () => {
    const log = join(place, 'webdav.txt');
    const server = wine.start([CLI, 'serve', 'webdav', image(POINTS[0]!), '--port', '0'], log, {
      PITVAULT_WEBDAV_PASSWORD: 'geheim',
    });
    try {
      await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 60_000 }).toMatch(/http:\S+/);
      const url = /http:\S+/.exec(readFileSync(log, 'utf8'))![0];
      const file = states.find(({ id }) => id === POINTS[0])!.files.find(({ path }) => path.endsWith('DPMDB.mdf'))!;
      const path = file.path.split('/').map(encodeURIComponent).join('/');
      expect((await fetch(new URL(path, url))).status).toBe(401);
      const authorization = `Basic ${Buffer.from('pitvault:geheim').toString('base64')}`;
      const bytes = await (await fetch(new URL(path, url), { headers: { authorization } })).arrayBuffer();
      expect(createHash('sha256').update(new Uint8Array(bytes)).digest('hex')).toBe(file.sha256);
    } finally {
      const ended = new Promise((resolve) => server.on('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    }
  });

  describe('the words drive tools of their names', () => {
    let played: NodeJS.ProcessEnv;
    beforeAll(() => {
      const tools = wine.playTools(
        ['mountvol.exe', 'vssadmin.exe', 'diskshadow.exe', 'robocopy.exe'],
        join(SUPPORT, 'windows-tools.cjs'),
      );
      played = { ...tools, PLAYED_STATE: 'C:\\work\\played.json' };
    });
    const VOLUME = '\\\\?\\Volume{d7a4fd76-a0a8-11e2-8fd3-001c23cb7375}\\';

    it('mountvol: a letter, its name, and back', () => {
      expect(wine.pitvault(['mountvol', 'x:', VOLUME.slice(1)], played)).toEqual({ code: 0, out: '', err: '' });
      expect(wine.pitvault(['mountvol', 'X:', '/L'], played).out).toBe(`    ${VOLUME}\n`);
      expect(wine.pitvault(['mountvol', 'X:', '/D'], played).code).toBe(0);
      expect(wine.pitvault(['mountvol'], played).out).toContain('NO MOUNT POINTS');
    });

    it('vssadmin and diskshadow: list, expose by a script, unexpose', () => {
      const list = wine.pitvault(['vssadmin', 'list', 'shadows'], played);
      const id = /Shadow Copy ID: (\S+)/.exec(list.out)![1]!;
      writeFileSync(
        join(work, 'expose.dsh'),
        `add alias point ${id}\nexpose %point% Y:\nlist shadows all\nunexpose Y:\n`,
      );
      const { code, out, err } = wine.pitvault(['diskshadow', '/s', at('expose.dsh')], played);
      expect(code, err).toBe(0);
      expect(out).toContain('The shadow copy was successfully exposed as Y:\\.');
      expect(out).toContain(`Shadow copy ID ${id} is no longer exposed.`);
      expect(JSON.parse(readFileSync(join(work, 'played.json'), 'utf8')).exposed).toBeNull();
    });

    it("the runbook for legacy storage: from this machine's shadow copy to compared files, and unexposed", () => {
      const replica = join(place, 'replica');
      const folder = join(replica, '26ee79bf-f37d-49ac-970c-cfb1d016b39c', 'Full', 'C-Vol', 'DPMDB');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'MSDPM2012$DPMDB.mdf'), 'database');
      writeFileSync(join(folder, 'MSDPM2012$DPMDB_log.ldf'), 'log');
      writeFileSync(join(folder, 'other.txt'), 'left where it is');
      wine.setLetter('Y:', replica); // where the played diskshadow exposes: the highest free letter
      const guid = VOLUME.slice(11, -2);
      const args = [
        'runbook',
        'recover-dpmdb',
        '--server',
        'dpm01',
        '--storage',
        'legacy',
        '--replica',
        guid,
        '--execute',
      ];
      const { code, out, err } = wine.pitvault([...args, '--out', at('safe'), '--json'], played);
      expect(code, out + err).toBe(0);
      const { files, next } = JSON.parse(out) as { files: { path: string; sha256: string }[]; next: string[] };
      expect(files.map(({ path }) => path.split('\\').at(-1)).toSorted()).toEqual([
        'MSDPM2012$DPMDB.mdf',
        'MSDPM2012$DPMDB_log.ldf',
      ]);
      for (const { path, sha256 } of files) expect(sha256Of(join(work, 'safe', ...path.split('\\')))).toBe(sha256);
      expect(next[0]).toMatch(/-DbLoc "C:\\work\\safe\\.*DPMDB\.mdf"/);
      expect(JSON.parse(readFileSync(join(work, 'played.json'), 'utf8')).exposed).toBeNull();
    });

    it('a tool that says nothing has done nothing: the powershell.exe of wine', () => {
      expect(existsSync(wine.drive('windows/system32/WindowsPowerShell/v1.0/powershell.exe'))).toBe(true);
      const { code, err } = wine.pitvault(['mount-vhd', at('disk.vhdx')], played);
      expect([code, err]).toEqual([7, expect.stringMatching(/whether .* is attached is not told/)]);
    });

    it('with --image they read images themselves', () => {
      const { code, out } = wine.pitvault(['vssadmin', 'list', 'volumes', '--image', at('disk.vhdx')], played);
      expect([code, out.includes('Volume name: \\\\?\\Volume{')]).toEqual([0, true]);
    });
  });

  it('a tool that is missing is named', () => {
    spawnSync('rm', ['-f', wine.drive('windows/system32/mountvol.exe')]);
    const { code, err } = wine.pitvault(['mountvol']);
    expect([code, err]).toEqual([5, expect.stringContaining('mountvol.exe: this machine does not have it')]);
  });
});
