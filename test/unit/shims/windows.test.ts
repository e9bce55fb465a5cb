/**
 * Goal: Windows' tools are commanded and read rightly, in any language and when they fail. Method: recorded output is
 * parsed to the expected model; the whole shim runs on a Windows that is played here, with failures injected at every
 * step: whatever happens, nothing stays exposed, and no success is believed that the next listing does not show.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorText } from '../../../native-shims/windows/clixml.ts';
import * as commands from '../../../native-shims/windows/commands.ts';
import { decodeOem, ToolError, toolRunner } from '../../../native-shims/windows/run-tool.ts';
import {
  dateOrderOf,
  parseDiskshadowShadows,
  parseMountvol,
  parseProperties,
  parseTime,
  parseVssadminShadows,
  TranscriptError,
  withoutBanner,
} from '../../../native-shims/windows/transcripts.ts';
import { freeLetter, WindowsMounts } from '../../../native-shims/windows/windows-mounts.ts';
import { StorageError } from '../../../src/errors.ts';
import { fixturesRoot, fixturesTitle } from '../../support/fixtures.ts';
import { SHADOW as ID, PlayedWindows, SHADOWS } from '../../support/played-windows.ts';
import { Random } from '../../support/random.ts';

const TRANSCRIPTS = join(import.meta.dirname, '../../../fixtures/transcripts');
const own = (name: string): string => readFileSync(join(TRANSCRIPTS, name), 'utf8');

describe.skipIf(fixturesRoot() === null)(fixturesTitle('recorded output'), () => {
  const text = (path: string): string => readFileSync(join(fixturesRoot()!, 'text', path), 'utf8');

  it.each([
    ['vssadmin/list-shadows.en-US.two-sets.txt', 2, '2021-09-10T17:49:26', 'C:', 'ClientAccessibleWriters', 5],
    ['vssadmin/list-shadows.en-IN.dd-mm-yyyy-24h.txt', 1, '2022-08-25T12:16:16', 'C:', 'ClientAccessible', 5],
    ['vssadmin/list-shadows.copyright2005.unindented.txt', 1, '2015-08-13T19:23:33', 'E:', 'DataVolumeRollback', 4],
    [
      'dpm/dpm2012-dpmdb-recovery-session.txt',
      2,
      '2014-07-01T20:00:03',
      'C:\\Program Files\\Microsoft DPM\\DPM\\Volumes\\Replica\\SqlServerWriter\\vol_850b95be-b942-4351-83bd-0a1815a936b2\\',
      'DataVolumeRollback',
      4,
    ],
  ])('%s', (path, count, created, originalPath, type, attributes) => {
    const shadows = parseVssadminShadows(text(path));
    expect(shadows).toHaveLength(count);
    const { created: printed, originalPath: place, type: kind, attributes: names } = shadows[0]!;
    const order = dateOrderOf([printed]) ?? (path.includes('en-IN') ? 'day first' : 'month first');
    expect([parseTime(printed, order)?.iso, place, kind, names.length]).toEqual([
      created,
      originalPath,
      type,
      attributes,
    ]);
    for (const shadow of shadows) expect(shadow.device).toMatch(/HarddiskVolumeShadowCopy\d+$/);
  });

  it('nothing found is an empty list', () => {
    expect(parseVssadminShadows(text('vssadmin/list-shadows.none.txt'))).toEqual([]);
  });

  it.each([
    ['diskshadow/create-expose.dc01.txt', '{64f5cc48-8cd1-4d3a-9393-504db85af469}', 'jeevan', 4],
    ['diskshadow/create-expose.tabs.babydc.txt', '{ec0cc761-99cd-446d-b140-432173d77e77}', 'cdrive', 3],
    ['diskshadow/list.smb-remote-unc.txt', '{7b53b887-76e5-4db8-821d-6828e4cbe044}', 'VSS_SHADOW_1', 3],
  ])('%s', (path, id, alias, attributes) => {
    const [shadow] = parseDiskshadowShadows(text(path));
    expect([shadow?.id, shadow?.alias, shadow?.exposed, shadow?.attributes.length]).toEqual([
      id,
      alias,
      null,
      attributes,
    ]);
  });

  it.each([
    ['get-vhd/get-vhd.4Kn-dynamic.txt', 'Dynamic', '4096', ''],
    ['get-vhd/get-vhd.dynamic-1MiB-wsl2.txt', 'Dynamic', '512', ''],
    [
      'get-vhd/new-vhd.differencing.txt',
      'Differencing',
      '512',
      'C:\\Virtual Machines\\Discs\\base\\Win11BaseInsider-10.0.22533.vhdx',
    ],
    ['get-vhd/new-vhd.dynamic-default-32MiB.txt', 'Dynamic', '512', ''],
  ])('%s', (path, type, sector, parent) => {
    const properties = new Map(parseProperties(text(path)));
    const names = ['VhdType', 'LogicalSectorSize', 'ParentPath', 'Attached'];
    expect(names.map((name) => properties.get(name))).toEqual([type, sector, parent, 'False']);
    expect(() => parseProperties(text('get-vhd/get-volume-and-win32_shadowcopy.txt'))).toThrow(TranscriptError);
  });

  it.each([
    ['vssadmin/list-shadows.none.txt', 'No items found that satisfy the query.'],
    ['vssadmin/list-shadowstorage.txt', 'Shadow Copy Storage association'],
    ['diskshadow/create-expose.dc01.txt', 'On computer:  DC01,  7/11/2020 2:44:35 PM'],
    ['mountvol/mountvol.list.txt', 'Possible values for VolumeName along with current mount points are:'],
  ])('%s without its banner', (path, first) => {
    expect(withoutBanner(text(path))[0]).toBe(first);
  });

  it('mountvol', () => {
    const volumes = parseMountvol(text('mountvol/mountvol.list.txt'));
    expect(volumes.map(({ mountPoints }) => mountPoints)).toEqual([[], ['E:\\'], ['C:\\']]);
    expect(freeLetter(volumes)).toBe('Z:');
  });
});

it('sentences below the list of volumes are no mount points', () => {
  const list =
    '    \\\\?\\Volume{11111111-0000-0000-0000-100000000000}\\\r\n        C:\\mnt\\\r\n\r\n    The EFI System Partition is mounted at S:\\\r\n\r\nNew volumes are not mounted automatically when added to the system.\r\n';
  expect(parseMountvol(list).map(({ mountPoints }) => mountPoints)).toEqual([['C:\\mnt\\']]);
});

it('another language is read by structure; a wrapped line is put together', () => {
  const [german] = parseVssadminShadows(own('vssadmin-german.txt'));
  expect(german).toMatchObject({
    originalPath: 'D:\\Vol mit Leer\\',
    serviceMachine: 'dpm01.contoso.com',
    type: 'DataVolumeRollback',
  });
  expect(parseTime(german!.created)).toEqual({ iso: '2021-09-10T17:49:26' });
  expect(parseVssadminShadows(own('vssadmin-wrapped.txt'))[0]?.attributes.at(-1)).toBe('Differential');
});

it('a place is found in whatever words it is exposed', () => {
  const listing = (line: string): string =>
    `${[
      `* Shadow copy ID = ${ID}`,
      ...['{1}', '1', 'v: \\\\?\\V\\', 't: x', 'd: x', 'o: a', 's: a'].map((field) => `- ${field}`),
    ]
      .join('\n')
      .replace('{1}', `Shadow copy set: ${ID}`)}\n- ${line}\n- Provider ID: ${ID}\n- Attributes:  Persistent\n`;
  const places: readonly (readonly [string, string | null])[] = [
    ['Not exposed', null],
    ['Exposed locally as: X:\\', 'X:\\'],
    ['Exposed as X:', 'X:'],
    ['Exposed locally as: C:\\mount point\\', 'C:\\mount point\\'],
    ['Lokal verfügbar als: X:\\', 'X:\\'],
    ['Exposed remotely as Share', 'Share'],
  ];
  for (const [line, place] of places) expect(parseDiskshadowShadows(listing(line))[0]?.exposed).toBe(place);
});

describe('times', () => {
  const copies = (...times: string[]): string =>
    times
      .map((time, index) => {
        const id = `{00000000-0000-0000-0000-00000000000${index}}`;
        return SHADOWS.replace('7/2/2014 8:00:02 PM', time).replace(ID, id);
      })
      .join('\r\n');
  const localTimes = async (windows: PlayedWindows): Promise<(string | null)[]> =>
    (await new WindowsMounts(windows.run).shadows({ withTimes: true })).items.map(({ createdLocal }) => createdLocal);

  it.each([
    ['Britain', ['25/08/2022 12:16:16', '05/09/2022 12:16:16'], ['2022-08-25T12:16:16', '2022-09-05T12:16:16']],
    ['Australia', ['25/08/2022 1:16:16 PM', '5/09/2022 1:16:16 AM'], ['2022-08-25T13:16:16', '2022-09-05T01:16:16']],
    [
      'the United States',
      ['8/25/2022 1:16:16 PM', '9/5/2022 1:16:16 PM'],
      ['2022-08-25T13:16:16', '2022-09-05T13:16:16'],
    ],
    ['Japan', ['2022/08/25 12:16:16', '2022/09/05 12:16:16'], ['2022-08-25T12:16:16', '2022-09-05T12:16:16']],
  ])('one that can be read in one way tells for all: %s', async (_, printed, expected) => {
    const windows = new PlayedWindows();
    windows.listing = copies(...printed);
    windows.cim = 'not asked';
    expect(await localTimes(windows)).toEqual(expected);
    expect(windows.commands.some((command) => command.includes('Win32_ShadowCopy'))).toBe(false);
  });

  it('where none does CIM is asked; without an answer what can be read in two ways stays text', async () => {
    const windows = new PlayedWindows();
    windows.listing = copies('05/08/2022 12:16:16', '06/08/2022 12:16:16');
    const dates = [new Date(2022, 7, 5, 12, 16, 16), new Date(2022, 7, 6, 12, 16, 16)];
    windows.cim = JSON.stringify(
      dates.map((date, index) => ({
        ID: `{00000000-0000-0000-0000-00000000000${index}}`,
        InstallDate: date.toISOString(),
      })),
    );
    expect(await localTimes(windows)).toEqual(['2022-08-05T12:16:16', '2022-08-06T12:16:16']);
    for (const answer of ['', 'garbage', '{}', '[{"ID":1}]', '[{"ID":"x","InstallDate":"never"}]', '[]']) {
      windows.cim = answer;
      expect(await localTimes(windows)).toEqual([null, null]);
    }
    expect(parseTime('05/08/2022 12:16:16')).toBeNull();
    // Australia and the United States both have these; years of two digits may stand anywhere.
    for (const text of ['5/08/2022 2:16:16 PM', '22/08/25 12:16:16', '8/25/22 1:16:16 PM'])
      expect(parseTime(text)).toBeNull();
    windows.listing = copies('5/08/2022 2:16:16 PM', '6/08/2022 2:16:16 PM');
    windows.cim = '';
    expect(await localTimes(windows)).toEqual([null, null]);
    expect(parseTime('05/05/2022 12:16:16')).toEqual({ iso: '2022-05-05T12:16:16' });
  });
});

it('cut-off output is refused, garbage never breaks anything else', () => {
  const whole = own('vssadmin-german.txt');
  expect(() => parseVssadminShadows(whole.slice(0, whole.indexOf('Anbieter')))).toThrow(TranscriptError);
  const random = new Random();
  for (let round = 0; round < 500; round++) {
    const bytes = Buffer.from(whole);
    for (let hit = 0; hit < 30; hit++) bytes[random.below(bytes.length)] = random.below(128);
    for (const parse of [parseVssadminShadows, parseDiskshadowShadows, parseMountvol]) {
      try {
        parse(bytes.toString());
      } catch (error) {
        if (!(error instanceof TranscriptError)) throw new Error(`seed ${random.seed}: ${error}`);
      }
    }
  }
});

describe('commands', () => {
  const program = (command: commands.ToolCommand): string =>
    Buffer.from(command.args.at(-1)!, 'base64').toString('utf16le');

  it('a path is one literal, whatever is in it', () => {
    expect(commands.quote("a'b\u2019c$(x)`")).toBe("'a''b\u2019\u2019c$(x)`'");
    expect(program(commands.mountVhd("C:\\it's\\disk0.vhdx"))).toContain(
      "-Path 'C:\\it''s\\disk0.vhdx' -ReadOnly -NoDriveLetter",
    );
  });

  it('scripts of diskshadow end their lines as it wants them, and take GUIDs only', () => {
    expect(commands.exposeShadow(ID, 'X:').script).toBe(`expose ${ID} X:\r\nexit\r\n`);
    const refused = expect.objectContaining({ kind: 'invalid-argument', code: 'WINDOWS_NAME' });
    for (const make of [
      () => commands.exposeShadow('{1}\r\ndelete shadows all', 'X:'),
      () => commands.exposeShadow(ID, 'C:\\a" b'),
      () => commands.exposeShadow(ID, 'C:\\a\ndelete shadows all'),
      () => commands.exposeShadow(ID, 'C:\\\u017b\u00f3\u0142w'), // written in another encoding it would be another folder
      () => commands.vssadminShadows(undefined, 'x'),
    ])
      expect(make).toThrow(refused);
  });
});

it('errors of PowerShell, letters of consoles', () => {
  const xml =
    '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><S S="Error">Mount-VHD : no_x000D__x000A_</S><S S="Error">such disk &amp; more</S><Obj S="progress" RefId="0"><MS><S N="x">y</S></MS></Obj></Objs>';
  expect(errorText(xml)).toBe('Mount-VHD : no\r\nsuch disk & more');
  const another = xml.slice(xml.indexOf('<Objs'));
  expect(errorText(xml + another.replaceAll('Mount-VHD', 'Get-VHD'))).toMatch(/^Mount-VHD : no[\s\S]*Get-VHD : no/);
  expect(errorText('#< CLIXML\r\n<Objs></Objs>')).toBe('');
  expect(errorText('plain')).toBe('plain');
  expect(errorText('#< CLIXML\r\n<Objs><S')).toMatch(/cut off/);
  expect(decodeOem(Buffer.from([0x81, 0x41, 0xe1]), 850)).toBe('üAß');
  expect(decodeOem(Buffer.from([0xff, 0xfe, 0x41, 0]), 850)).toBe('A');
  // Poland, Turkey, Greece, the euro, Israel, Russia, Japan, UTF-8.
  for (const [page, bytes, text] of [
    [852, [0xbd, 0xa2, 0x88, 0x77], 'Żółw'.normalize()],
    [857, [0x98, 0x9e], 'İŞ'],
    [737, [0x80, 0x97], 'ΑΩ'],
    [858, [0xd5], '€'],
    [862, [0x99], 'ש'],
    [866, [0x80], 'А'],
    [932, [0x93, 0xfa], '日'],
    [65001, [0xc5, 0xbb], 'Ż'],
  ] as const)
    expect(decodeOem(Buffer.from(bytes), page), String(page)).toBe(text);
});

it('a tool that does not answer in time is ended; one that is missing says so', async () => {
  const run = toolRunner();
  const command = { file: process.execPath, args: ['-e', 'setTimeout(()=>{},60000)'], timeoutMs: 200 };
  await expect(run(command)).rejects.toThrow(/no answer within 0.2 s/);
  await expect(run({ ...command, file: '/nowhere/tool.exe' })).rejects.toThrow(/ENOENT/);
  const script = {
    file: process.execPath,
    args: ['-e', 'process.stdout.write(require("fs").readFileSync(process.argv[1]))', commands.SCRIPT],
    script: 'a\r\n',
    timeoutMs: 20_000,
  };
  expect(await run(script)).toEqual({ code: 0, out: 'a\r\n', err: '' });
});

it('a tool that is cancelled is ended, and has ended when that is told', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const command = { file: process.execPath, args: ['-e', 'setTimeout(()=>{},60000)'], timeoutMs: 50_000 };
  setTimeout(() => abort.abort(reason), 200);
  await expect(toolRunner()(command, abort.signal)).rejects.toMatchObject({ kind: 'cancelled', cause: reason });
  await expect(toolRunner()(command, abort.signal)).rejects.toMatchObject({ kind: 'cancelled', cause: reason });
});

it('PowerShell writes UTF-8; where it could not be made to, text is that of the console', async () => {
  const run = (bytes: string) =>
    toolRunner(850)({
      file: process.execPath,
      args: ['-e', `process.stdout.write(Buffer.from('${bytes}', 'hex'))`],
      isUtf8: true,
      timeoutMs: 20_000,
    });
  expect((await run(Buffer.from('C:\\Żółw').toString('hex'))).out).toBe('C:\\Żółw');
  expect((await run('433a5c81')).out).toBe('C:\\ü');
  const program = Buffer.from(commands.diskPath(3).args.at(-1)!, 'base64').toString('utf16le');
  expect(program).toMatch(/OutputEncoding=New-Object Text\.UTF8Encoding \$false\}catch\{\};trap\{/);
});

it.each([
  ['', 'Zugriff verweigert'],
  ['Fehler: Sie haben nicht die erforderlichen Berechtigungen zum Ausführen dieses Befehls.', ''],
  ['错误\uff1a您没有运行此命令的正确权限。', ''],
])('a refusal of vssadmin is no empty list, in any language: %s%s', async (out, err) => {
  const banner = 'vssadmin 1.1 - x\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n';
  const mounts = new WindowsMounts(async () => ({ code: 2, out: `${banner}${out}\r\n`, err }));
  await expect(mounts.shadows({})).rejects.toThrow(out || err);
  const none = new WindowsMounts(async () => ({
    code: 1,
    out: `${banner}Es wurden keine Elemente gefunden.\r\n`,
    err: '',
  }));
  expect((await none.shadows({})).items).toEqual([]);
});

const recordingLike = [1, 2].map((n) => SHADOWS.replace('ShadowCopy164', `ShadowCopy${n}`)).join('\r\n');

it('shadow copies that are listed and cannot be told apart are never passed over', () => {
  const strange = recordingLike.replaceAll(': {', '\uff1a{');
  expect(() => parseVssadminShadows(strange)).toThrow(/2 shadow copies are listed, and 0 can be read/);
});

it('what robocopy ended for is told, in any language, instead of the line of dashes above it', async () => {
  const head = `${'-'.repeat(79)}\r\n   ROBOCOPY     ::     Robust File Copy\r\n${'-'.repeat(79)}\r\n\r\n  Started : x\r\n`;
  for (const [out, told] of [
    [
      `${head}2026/11/26 10:00:00 FEHLER 5 (0x00000005) Datei kopieren Z:\\a.mdf\r\nZugriff verweigert\r\n`,
      /FEHLER 5 .*: Zugriff verweigert/,
    ],
    [
      `${head}ERROR : You do not have the Backup and Restore Files user rights.\r\n*****  You need these\r\n`,
      /ERROR : You do not have the Backup/,
    ],
    [`${head}something else\r\n${'-'.repeat(79)}\r\n`, /something else/],
  ] as const) {
    const mounts = new WindowsMounts(async () => ({ code: 16, out, err: '' }));
    await expect(mounts.copyTree('Z:\\', 'C:\\safe', ['*'])).rejects.toThrow(told);
  }
});

describe('leases on a played Windows', () => {
  it('expose, work, unexpose; mount, letter, work, all back', async () => {
    const windows = new PlayedWindows();
    const mounts = new WindowsMounts(windows.run);
    expect(await mounts.withShadow(ID, async (letter) => `copied from ${letter}`)).toBe('copied from Z:');
    const volume = '\\\\?\\Volume{850b95be-b942-4351-83bd-0a1815a936b2}\\';
    await mounts.withDisk('C:\\disk0.vhdx', () =>
      mounts.withVolume(volume, async (letter) => expect(windows.letters.get(letter)).toBe(volume)),
    );
    expect([windows.exposedAt, windows.attached, windows.letters.size]).toEqual([null, false, 0]);
    expect(await mounts.exposed()).toEqual([]);
  });

  it('the work fails: everything is given back, and its error counts', async () => {
    const windows = new PlayedWindows();
    const mounts = new WindowsMounts(windows.run);
    const fail = async (): Promise<never> => {
      throw new Error('disk full');
    };
    await expect(mounts.withShadow(ID, fail)).rejects.toThrow('disk full');
    await expect(mounts.withDisk('C:\\d.vhdx', fail)).rejects.toThrow('disk full');
    expect([windows.exposedAt, windows.attached]).toEqual([null, false]);
  });

  it('success without effect is not believed; neither is failure with effect', async () => {
    const windows = new PlayedWindows();
    const mounts = new WindowsMounts(windows.run);
    windows.sabotage = (tool) =>
      tool === 'expose' ? { code: 0, out: 'The shadow copy was successfully exposed as Z:\\.', err: '' } : null;
    await expect(mounts.withShadow(ID, async () => 1)).rejects.toThrow(/not exposed|diskshadow/);
    windows.sabotage = () => null;
    const run = windows.run;
    const odd = new WindowsMounts(async (command) => ({ ...(await run(command)), code: 1 }));
    expect(await odd.withShadow(ID, async () => 2)).toBe(2);
  });

  it('what diskshadow says of its failure is told', async () => {
    const windows = new PlayedWindows();
    windows.sabotage = (tool) =>
      tool === 'expose'
        ? {
            code: 1,
            out: 'The last operation failed.\r\n        - Returned HRESULT: 80042308\r\n        - Error text: VSS_E_OBJECT_NOT_FOUND',
            err: '',
          }
        : null;
    await expect(new WindowsMounts(windows.run).withShadow(ID, async () => 1)).rejects.toThrow(
      'HRESULT 80042308 (VSS_E_OBJECT_NOT_FOUND)',
    );
  });

  it('it cannot be given back: told together with the failed work, and found at the next start', async () => {
    const windows = new PlayedWindows();
    const mounts = new WindowsMounts(windows.run);
    windows.sabotage = (tool) => (tool === 'unexpose' ? { code: 1, out: 'no', err: '' } : null);
    const failed = mounts.withShadow(ID, async () => {
      throw new Error('disk full');
    });
    await expect(failed).rejects.toThrow(/disk full; and .*still exposed/);
    await expect(failed).rejects.toBeInstanceOf(StorageError); // one that the command line can tell
    expect(await mounts.exposed()).toEqual([{ id: ID, at: 'Z:\\' }]);
  });

  it('garbage at any call: a typed error, and what was exposed is taken back', async () => {
    for (let at = 0; at < 8; at++) {
      const windows = new PlayedWindows();
      let call = 0;
      windows.sabotage = (tool) => {
        // What unexposes is spared: nobody can take back what Windows will not give.
        const isHit = call++ === at && tool !== 'unexpose';
        return isHit ? { code: 0, out: '* Shadow copy ID = {1}', err: '' } : null;
      };
      await new WindowsMounts(windows.run)
        .withShadow(ID, async () => 1)
        .catch((error: unknown) => expect(StorageError.is(error)).toBe(true));
      expect(windows.exposedAt, `call ${at}`).toBeNull();
    }
  });

  it('silence at any call: no more than an error', async () => {
    for (let at = 0; at < 8; at++) {
      for (const out of ['', '\u0000\u0001garbage']) {
        const windows = new PlayedWindows();
        let call = 0;
        windows.sabotage = () => (call++ === at ? { code: 0, out, err: '' } : null);
        await new WindowsMounts(windows.run)
          .withShadow(ID, async () => 1)
          .catch((error: unknown) => expect(StorageError.is(error)).toBe(true));
      }
    }
  });

  it('a list that cannot be read is no empty list: nothing counts as given back, and what was taken is', async () => {
    const silent = { code: -2147467259, out: '', err: 'the service is not running' };
    const failed = {
      code: 1,
      out: 'Microsoft DiskShadow version 1.0\r\n\r\n-> list shadows all\r\n- Returned HRESULT: 80070422\r\n',
      err: '',
    };
    for (const answer of [
      silent,
      { ...silent, out: 'Microsoft DiskShadow version 1.0\r\n-> list shadows all\r\n' },
      failed,
    ]) {
      const windows = new PlayedWindows();
      const mounts = new WindowsMounts(windows.run);
      Object.assign(windows, { attached: true, exposedAt: 'X:' });
      windows.sabotage = (tool) => (['attached?', 'list', 'mountvol'].includes(tool) ? answer : null);
      for (const work of [
        () => mounts.detach('C:\\d.vhdx'),
        () => mounts.unexpose('X:'),
        () => mounts.release('X:'),
        () => mounts.exposed(),
        () => mounts.diskNumber('C:\\d.vhdx'),
      ])
        await expect(work(), `${work}`).rejects.toMatchObject({ kind: 'io', code: 'WINDOWS_TOOL' });
    }
    // The list that should confirm it is the first that fails.
    for (const tool of ['list', 'attached?']) {
      const windows = new PlayedWindows();
      let asked = 0;
      windows.sabotage = (one) => (one === tool && asked++ === 1 ? silent : null);
      const mounts = new WindowsMounts(windows.run);
      const work =
        tool === 'list' ? mounts.withShadow(ID, async () => 1) : mounts.withDisk('C:\\d.vhdx', async () => 1);
      await expect(work).rejects.toMatchObject({ kind: 'io' });
      expect([windows.exposedAt, windows.attached]).toEqual([null, false]);
    }
  });

  it('no answer in time: what may have been done is taken back; a tool that is missing is the error', async () => {
    for (const [slow, kind] of [
      ['expose', 'io'],
      ['mount', 'io'],
      ['expose', 'unsupported'],
    ] as const) {
      const windows = new PlayedWindows();
      const mounts = new WindowsMounts(async (command) => {
        const said = await windows.run(command);
        const isHit = windows.commands.at(-1)!.startsWith('expose')
          ? slow === 'expose'
          : slow === 'mount' && /-NoDriveLetter/.test(windows.commands.at(-1)!);
        if (isHit) throw new ToolError(command, 'no answer within 1 s', kind);
        return said;
      });
      const work =
        slow === 'mount' ? mounts.withDisk('C:\\d.vhdx', async () => 1) : mounts.withShadow(ID, async () => 1);
      await expect(work).rejects.toMatchObject({ kind, message: expect.stringContaining('no answer') });
      if (kind === 'io') expect([windows.exposedAt, windows.attached]).toEqual([null, false]);
    }
  });

  it('a letter that a network drive has, or a shadow copy that was left exposed, is not taken', async () => {
    const windows = new PlayedWindows();
    windows.drives = ['Z:\\'];
    const mounts = new WindowsMounts(windows.run);
    expect(await mounts.withShadow(ID, async (letter) => letter)).toBe('Y:');
    expect(freeLetter([], ['Z:\\'])).toBe('Y:');
    windows.drives = Array.from('DEFGHIJKLMNOPQRSTUVWXYZ', (letter) => `${letter}:\\`);
    const failed = mounts.withShadow(ID, async () => 1);
    await expect(failed).rejects.toMatchObject({ kind: 'conflict', code: 'WINDOWS_NO_LETTER' });
    // Without an answer the letter is tried.
    windows.sabotage = (tool) => (tool === 'drives' ? { code: 1, out: '', err: 'no' } : null);
    expect(await mounts.withShadow(ID, async (letter) => letter)).toBe('Z:');
  });

  it('what somebody else has attached, mounted or exposed is left to them', async () => {
    const windows = new PlayedWindows();
    const mounts = new WindowsMounts(windows.run);
    windows.attached = true;
    windows.exposedAt = 'Y:';
    windows.letters.set('X:', '\\\\?\\Volume{850b95be-b942-4351-83bd-0a1815a936b2}\\');
    const inUse = { kind: 'conflict', code: 'WINDOWS_IN_USE' };
    await expect(mounts.withDisk('C:\\d.vhdx', async () => 1)).rejects.toMatchObject(inUse);
    await expect(mounts.assign('x:\\', '\\\\?\\Volume{11111111-0000-0000-0000-100000000000}\\')).rejects.toMatchObject(
      inUse,
    );
    expect(await mounts.withShadow(ID, async (letter) => letter)).toBe('Y:'); // read where it is
    await expect(mounts.expose(ID, 'Z:')).rejects.toMatchObject(inUse);
    expect([windows.attached, windows.exposedAt, windows.letters.size]).toEqual([true, 'Y:', 1]);
  });
});
