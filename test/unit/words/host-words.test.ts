/**
 * Goal: on Windows the words drive the tools of that name, with the grammar and the refusals that they have everywhere.
 * Method: a Windows that is played behind the shim: what is run is read, what is printed is what the tools print.
 */

import { describe, expect, it } from 'vitest';
import { WindowsMounts } from '../../../native-shims/windows/windows-mounts.ts';
import { StorageError } from '../../../src/errors.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import { HOST_WORDS } from '../../../src/words/host-words.ts';
import type { WordsContext } from '../../../src/words/words-context.ts';
import { PlayedWindows, REPLICA_VOLUME, SHADOW } from '../../support/played-windows.ts';

type Said = { readonly code: number; readonly lines: readonly string[] };

/** Runs a word; `input` are lines that the user types. */
async function say(windows: PlayedWindows, line: readonly string[], input: readonly string[] = []): Promise<Said> {
  const lines: string[] = [];
  const left = [...input];
  const context: WordsContext = {
    out: (text) => lines.push(text),
    note: () => undefined,
    mounter: {
      mount: () => Promise.reject(new Error('nothing is mounted here')),
      unmount: () => Promise.reject(new Error('nothing is mounted here')),
    },
    open: {},
    absolute: (path) => (/^[A-Z]:\\/i.test(path) ? path : `C:\\here\\${path}`),
    flush: () => {},
    computerName: 'DPM',
    files: async () => new PortableHostFiles('a test'),
    ask: async () => left.shift() ?? null,
    waiting: (work) => work(),
  };
  const code = await HOST_WORDS[line[0]!]!(line.slice(1), context, new WindowsMounts(windows.run));
  return { code, lines };
}

describe('disks', () => {
  it('mount-vhd: read-only, whatever was asked; -Passthru shows it; dismount-vhd by path and by number', async () => {
    const windows = new PlayedWindows();
    const { lines } = await say(windows, ['mount-vhd', "it's.vhdx", '-passthru']);
    const run = windows.commands.find((text) => text.includes('Mount-VHD -Path'))!;
    expect(run).toContain("Mount-VHD -Path 'C:\\here\\it''s.vhdx' -ReadOnly -NoDriveLetter");
    expect(lines).toContain('DiskNumber              : 3');
    expect(windows.attached).toBe(true);
    await say(windows, ['dismount-vhd', '-DiskNumber', '3']);
    expect(windows.attached).toBe(false);
    expect(windows.commands.some((text) => text.includes("Dismount-VHD -Path 'C:\\pool\\disk0.vhdx'"))).toBe(true);
    await expect(say(windows, ['dismount-vhd', 'x.vhdx'])).rejects.toMatchObject({ kind: 'not-found' });
    await expect(say(windows, ['dismount-vhd', '-DiskNumber', "3'"])).rejects.toMatchObject({
      kind: 'invalid-argument',
    });
    await expect(say(windows, ['dismount-vhd', '-DiskNumber', '7'])).rejects.toMatchObject({ kind: 'not-found' });
    await expect(say(windows, ['mountvol', '/D'])).rejects.toMatchObject({ kind: 'invalid-argument' });
  });

  it('what Windows cannot attach is told before anything runs', async () => {
    const windows = new PlayedWindows();
    for (const path of ['pool.zip::a/disk0.vhdx', 'disk.img'])
      await expect(say(windows, ['mount-vhd', path])).rejects.toMatchObject({ code: 'MOUNT_VHD_KIND' });
    expect(windows.commands).toEqual([]);
  });

  it('get-vhd and test-vhd', async () => {
    const windows = new PlayedWindows();
    expect((await say(windows, ['get-vhd', 'C:\\pool\\disk0.vhdx'])).lines).toContain('VhdFormat               : VHDX');
    expect(await say(windows, ['test-vhd', 'x.vhdx'])).toEqual({ code: 0, lines: ['True'] });
    windows.hasHyperV = false; // then they read the file themselves, which is none here
    await expect(say(windows, ['test-vhd', '/nowhere.vhdx'])).rejects.toMatchObject({ kind: 'not-found' });
    await expect(say(windows, ['get-vhd', '/nowhere.vhdx'])).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('volumes', () => {
  it('mountvol: list, letter, /L, /D, and the name as a shell leaves it', async () => {
    const windows = new PlayedWindows();
    await say(windows, ['mountvol', 'x:', '\\?\\Volume{d7a4fd76-a0a8-11e2-8fd3-001c23cb7375} ']);
    expect(windows.commands).toContain(`mountvol X: ${REPLICA_VOLUME}`);
    expect((await say(windows, ['mountvol'])).lines.at(-1)).toBe('        X:\\');
    expect((await say(windows, ['mountvol', 'X:', '/L'])).lines).toEqual([`    ${REPLICA_VOLUME}`]);
    await say(windows, ['mountvol', 'X:', '/d']);
    expect(windows.letters.size).toBe(0);
    await expect(say(windows, ['mountvol', 'X:', '/D'])).rejects.toMatchObject({ code: 'DRIVE_NOT_MOUNTED' });
  });

  it.each([['/P'], ['/R'], ['/N'], ['/E'], ['/S']])('mountvol %s is refused and not run', async (option) => {
    const windows = new PlayedWindows();
    await expect(say(windows, ['mountvol', 'X:', option])).rejects.toMatchObject({ code: 'MOUNTVOL_REFUSED' });
    expect(windows.commands).toEqual([]);
  });
});

describe('shadow copies', () => {
  it('vssadmin list: the tool itself, without its banner', async () => {
    const windows = new PlayedWindows();
    const { code, lines } = await say(windows, ['vssadmin', 'list', 'shadows', `/for=${REPLICA_VOLUME}`]);
    expect([code, lines[0]]).toEqual([0, 'Contents of shadow copy set ID: {7c67f31b-9b5b-45fc-8c9c-3688cce6bc87}']);
    expect(windows.commands).toEqual([`vssadmin list shadows /for=${REPLICA_VOLUME}`]);
    expect((await say(windows, ['vssadmin', 'list', 'providers'])).lines[0]).toContain('Provider name');
  });

  it.each([
    ['vssadmin', 'delete', 'shadows', '/all', '/quiet'],
    ['vssadmin', 'resize', 'shadowstorage', '/for=C:', '/on=C:'],
  ])('%s %s is refused and not run', async (...line) => {
    const windows = new PlayedWindows();
    await expect(say(windows, line)).rejects.toMatchObject({ code: 'VSSADMIN_REFUSED' });
    expect(windows.commands).toEqual([]);
  });

  it('diskshadow: expose and unexpose, typed', async () => {
    const windows = new PlayedWindows();
    const { lines } = await say(windows, ['diskshadow'], [`expose ${SHADOW} X:`, 'unexpose x:', 'exit']);
    expect(lines).toContain('The shadow copy was successfully exposed as X:\\.');
    expect(lines).toContain(`Shadow copy ID ${SHADOW} is no longer exposed.`);
    expect(windows.exposedAt).toBeNull();
    // What failed counts at the end, also where an exit stands there.
    for (const typed of [['unexpose X:', 'list shadows all', 'exit'], ['expose foo X:', 'exit'], ['unexpose X:']]) {
      const said = say(windows, ['diskshadow'], typed);
      await expect(said, typed[0]).rejects.toMatchObject({ kind: expect.stringMatching(/not-found|invalid-argument/) });
    }
  });

  it('create runs in one session, sets the alias, and needs a context that lasts', async () => {
    const windows = new PlayedWindows();
    const add = `add volume ${REPLICA_VOLUME} alias dpm`;
    await expect(say(windows, ['diskshadow'], [add, 'create', 'exit'])).rejects.toThrow(/volatile/);
    const typed = [
      ...[add, 'set context persistent nowriters', 'create', 'list shadows id %dpm%'],
      ...['list shadows set %VSS_SHADOW_SET%', 'exit'],
    ];
    const { lines } = await say(windows, ['diskshadow'], typed);
    expect(windows.commands).toContain(`set context persistent nowriters\r\n${add}\r\ncreate\r\nexit\r\n`);
    expect(lines).toContain('-> %dpm% = {64f5cc48-8cd1-4d3a-9393-504db85af469}');
    expect(lines).toContain('-> %VSS_SHADOW_SET% = {7c67f31b-9b5b-45fc-8c9c-3688cce6bc87}');
  });

  it('create: blanks stay within their words, a folder is a volume too, and the provider is the one that is asked for', async () => {
    const windows = new PlayedWindows();
    const provider = '{89300202-3cec-4981-9171-19f59559e0f2}';
    const typed = [
      'set context persistent',
      'set metadata "C:\\my folder\\x.cab"',
      `add volume "C:\\mount point" alias a provider ${provider}`,
      'create',
    ];
    await say(windows, ['diskshadow'], typed);
    expect(windows.commands).toContain([...typed, 'exit', ''].join('\r\n'));
  });

  it.each(['delete shadows all', `revert ${SHADOW}`, `mask ${SHADOW}`, `break ${SHADOW}`, 'import', 'exec x.cmd'])(
    'diskshadow: %s is refused and not run',
    async (line) => {
      const windows = new PlayedWindows();
      const said = say(windows, ['diskshadow', '--allow-delete'], [line]);
      await expect(said).rejects.toMatchObject({ code: expect.stringMatching(/^DISKSHADOW_/) });
      expect(windows.commands).toEqual([]);
    },
  );

  it('no line smuggles another into a script', async () => {
    const mounts = new WindowsMounts(new PlayedWindows().run);
    await expect(mounts.expose(SHADOW, 'X:\r\ndelete shadows all')).rejects.toThrow(/one line/);
    await expect(mounts.diskshadow(['list shadows all\ndelete shadows all'])).rejects.toThrow(/one line/);
    await expect(mounts.expose(SHADOW, 'C:\\a" b')).rejects.toThrow(/no place/);
  });
});

it('a tool that fails, or says nothing that can be read, is a typed error with a next step', async () => {
  const lines = [
    ['mount-vhd', 'x.vhdx'],
    ['get-vhd', 'x.vhdx'],
    ['test-vhd', 'x.vhdx'],
    ['mountvol', 'X:', REPLICA_VOLUME],
  ];
  const more = [
    ['vssadmin', 'list', 'volumes'],
    ['dismount-vhd', 'x.vhdx'],
    ['vssadmin', 'list', 'shadows'],
  ];
  for (const line of [...lines, ...more]) {
    const windows = new PlayedWindows();
    windows.sabotage = () => ({ code: 1, out: '', err: 'Access is denied. You do not have permission.' });
    const error = await say(windows, line).catch((thrown: unknown) => thrown);
    expect(StorageError.is(error), line.join(' ')).toBe(true);
    expect((error as StorageError).hint, line.join(' ')).toBeDefined();
  }
});
