/**
 * Goal: what Windows admins type is understood, however it is spelled, and what they read is laid out as they know it.
 * Method: tables from the documented grammars; a seeded fuzzer; layouts compared with recorded output of the real tools.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { parseWords, type WordsSpec } from '../../../src/words/command-words.ts';
import { parseDiskshadow, scriptLines, splitWords, substitute } from '../../../src/words/diskshadow-grammar.ts';
import {
  diskshadowShadow,
  getVhd,
  mountvolList,
  type ShadowLines,
  vssadminShadows,
} from '../../../src/words/layouts.ts';
import { withBraces } from '../../../src/words/powershell-braces.ts';
import { madeUpGuid, parseLetter, parseVolumeName, volumeName } from '../../../src/words/volume-name.ts';
import {
  DISKSHADOW,
  DISMOUNT_VHD,
  diskOf,
  diskOrNumber,
  LISTINGS,
  MOUNT_VHD,
  MOUNTVOL,
  refuseMixedMountvol,
  refuseStrayOptions,
  VSSADMIN,
} from '../../../src/words/word-specs.ts';
import { fixturesRoot, fixturesTitle } from '../../support/fixtures.ts';
import { Random } from '../../support/random.ts';

const G = '850b95be-b942-4351-83bd-0a1815a936b2';

it.each([
  `\\\\?\\Volume{${G}}\\`,
  `\\?\\Volume{${G}} `,
  `\\?Volume{${G}}`,
  `?Volume{${G}}`,
  `\\\\?\\volume\\{${G.toUpperCase()}}`,
  `\\??\\Volume{${G}}\\`,
  `{${G}}`,
  G,
  `"\\\\?\\Volume{${G}}\\"`,
  `\\\\?\\Volume{${G}}"`, // cmd, of "\\\\?\\Volume{..}\\"
  `\\\\?\\Volume{<${G}>}\\`,
  `(C:)\\\\?\\Volume{${G}}\\`, // as vssadmin lists it
  `\\\\?\\Volume{${G}}\\ [C:\\]`, // as diskshadow does
  `\\\\?\\Volume{${G.replaceAll('-', '\\-')}}\\`, // as the article's source has it
  `{${G.replaceAll('-', '\u2011')}}`,
])('the volume name %s', (text) => {
  expect(parseVolumeName(text, (name) => name)).toBe(G);
});

it.each(['\\?\\Volume{}\\', '\\\\?\\Volume{', 'C:', ''])(
  '%j names no volume, and the line that would do is told',
  (text) => {
    const parse = (): string => parseVolumeName(text, (name) => `pitvault mountvol X: '${name}'`);
    expect(parse).toThrow(StorageError);
    try {
      parse();
    } catch (error) {
      expect((error as StorageError).hint).toContain(`pitvault mountvol X: '${volumeName('GUID')}'`);
    }
  },
);

it.each([
  `/mnt/pool/dpm01/${G}/disk0.vhdx`,
  `\\?\\Volume{${G}}pitvault`,
  `\\\\?\\Volume{${G}}" /shadow={${G}}`,
  `\\\\?\\Volume{${G}}\\Full`,
  `{${G}}${G}`,
])('%s is more than the name of a volume', (text) => {
  expect(() => parseVolumeName(text, (name) => name)).toThrow(expect.objectContaining({ code: 'VOLUME_NAME_INVALID' }));
});

it('names in braces arrive as PowerShell gives them to programs', () => {
  // PowerShell/PowerShell#5187: `echoargs {1}` is -encodedCommand MQA= -inputFormat xml -outputFormat text
  expect(withBraces(['a', '-encodedCommand', 'MQA=', '-inputFormat', 'xml', '-outputFormat', 'text'])).toEqual([
    'a',
    '{1}',
  ]);
  const block = ['-encodedCommand', Buffer.from(G, 'utf16le').toString('base64')];
  const formats = ['-inputFormat', 'xml', '-outputFormat', 'text'];
  for (const rest of [
    [...formats, '\\'],
    ['\\', ...formats],
  ]) {
    const { words } = parseWords(['X:', '\\\\?\\Volume', ...block, ...rest], MOUNTVOL);
    expect(words).toEqual(['X:', volumeName(G)]);
    const listed = parseWords(['list', 'shadows', '/for=\\\\?\\Volume', ...block, ...rest], VSSADMIN);
    expect([listed.words, listed.value('for')]).toEqual([['list', 'shadows'], volumeName(G)]);
  }
  expect(parseWords(['X:', ...block, ...formats], MOUNTVOL).words).toEqual(['X:', `{${G}}`]);
  expect(parseWords(['list', 'shadows', '/shadow=', ...block, ...formats], VSSADMIN).value('shadow')).toBe(`{${G}}`);
});

it('letters, and names made up for volumes that have none', () => {
  expect(['x:', 'X:\\', 'X:/', 'xx:', '/x', 'X'].map(parseLetter)).toEqual(['X:', 'X:', 'X:', null, null, null]);
  expect(madeUpGuid('a')).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  expect(madeUpGuid('a')).toBe(madeUpGuid('a'));
  expect(madeUpGuid('a')).not.toBe(madeUpGuid('b'));
});

it('switches and values in every spelling; paths are words', () => {
  const spec = { usage: 'u', switches: ['ReadOnly', 'D'], values: ['for', 'Path'], least: 0, most: 2 };
  const parse = (...args: string[]) => parseWords(args, spec);
  expect(parse('-readonly', '/mnt/pool/disk0.vhdx').words).toEqual(['/mnt/pool/disk0.vhdx']);
  expect(parse('\u2013ReadOnly').has('readonly')).toBe(true);
  expect(parse('X:', '/d').has('D')).toBe(true);
  expect([parse('/for=C:').value('for'), parse('/FOR:C:').value('for'), parse('-Path', 'a b').value('path')]).toEqual([
    'C:',
    'C:',
    'a b',
  ]);
  expect(() => parse('-bogus')).toThrow(/unknown option -bogus/);
  expect(() => parse('/for')).toThrow(/needs a value/);
  expect(() => parse('a', 'b', 'c')).toThrow(/wrong number/);
  expect(() => parse('X:', `\\?\\Volume{${G}}pitvault`, 'mountvol', 'Y:')).toThrow(/joined the next one to/);
});

it("PowerShell's words take its short names, and switches with a value; nothing that is given is passed over", () => {
  const parse = (...args: string[]) => parseWords(args, MOUNT_VHD);
  const short = parse('disk.vhdx', '-Read', '-nod', '-pas');
  expect(['ReadOnly', 'NoDriveLetter', 'Passthru'].map((name) => short.has(name))).toEqual([true, true, true]);
  expect(parse('-Pat', 'a.vhdx').value('path')).toBe('a.vhdx');
  expect(() => parse('-Pa', 'a.vhdx')).toThrow(/-Pa is short for several: -Passthru, -Path/);
  expect(parse('a', '-Passthru:$true').has('Passthru')).toBe(true);
  expect(parse('a', '-Passthru:$False').has('Passthru')).toBe(false);
  expect(() => parse('a', '-Passthru:maybe')).toThrow(StorageError);
  // `-Confirm:$false` in bash
  expect(parseWords(['a', '-Confirm:'], DISMOUNT_VHD).has('confirm')).toBe(false);
  expect(diskOf(parse('-Path', 'a'), MOUNT_VHD)).toBe('a');
  expect(() => diskOf(parse('a', '-Path', 'b'), MOUNT_VHD)).toThrow(/one disk/);
  expect(() => diskOf(parse('-Path', 'a', '-Path', 'b'), MOUNT_VHD)).toThrow(/one disk/);
  for (const strange of ['/on=C:', '/all', '/quiet', '/maxsize=1GB']) {
    const parsed = parseWords(['list', 'shadows', strange], VSSADMIN);
    expect(() => refuseStrayOptions(parsed, LISTINGS)).toThrow(/list shadows takes \/for, \/shadow, \/set/);
  }
  refuseStrayOptions(
    parseWords(['list', 'Shadows', '/for=C:', '/set={850B95BE-b942-4351-83bd-0a1815a936b2}', '--image', 'a'], VSSADMIN),
    LISTINGS,
  );
});

it('one folder below the root is a path, not a switch; a value that is given twice is not chosen from', () => {
  expect(parseWords(['/mnt', 'VOLUME'], MOUNTVOL).words).toEqual(['/mnt', 'VOLUME']);
  expect(parseWords(['/mnt', '/D'], MOUNTVOL)).toMatchObject({ words: ['/mnt'] });
  expect(parseWords(['/disk0.vhdx', '-Read'], MOUNT_VHD).words).toEqual(['/disk0.vhdx']);
  expect(() => parseWords(['list', 'shadows', '/bogus'], VSSADMIN)).toThrow(/unknown option/);
  const twice: [readonly string[], WordsSpec][] = [
    [['list', 'shadows', '/for=C:', '/FOR=D:'], VSSADMIN],
    [['-s', 'a.dsh', '/s', 'b.dsh'], DISKSHADOW],
    [['-DiskNumber', '1', '-disk', '2'], DISMOUNT_VHD],
  ];
  for (const [args, spec] of twice)
    expect(() => parseWords(args, spec), args.join(' ')).toThrow(/there is one already/);
  expect(parseWords(['--image', 'a', '--image', 'b'], VSSADMIN).all('image')).toEqual(['a', 'b']);
});

it('what cannot be meant is refused: two things at once, no place, a number or an ID that is none', () => {
  const mixed = [['/D'], ['/L'], ['X:', '/D', '/L'], ['X:', 'VOLUME', '/D'], ['', 'VOLUME'], [' ', '/D']];
  for (const args of mixed)
    expect(() => refuseMixedMountvol(parseWords(args, MOUNTVOL)), args.join(' ')).toThrow(StorageError);
  for (const args of [[], ['X:', '/D'], ['x:\\', '/l'], ['/mnt', 'VOLUME']])
    refuseMixedMountvol(parseWords(args, MOUNTVOL));
  const disk = (...args: string[]) => diskOrNumber(parseWords(args, DISMOUNT_VHD));
  expect([disk('-DiskNumber', '2'), disk('a.vhdx')]).toEqual([{ number: 2 }, { path: 'a.vhdx' }]);
  for (const args of [['-DiskNumber', '0x2'], ['-DiskNumber', ''], ['-DiskNumber', '2', 'a.vhdx'], []])
    expect(() => disk(...args), args.join(' ')).toThrow(StorageError);
  for (const id of ['{1}', 'garbage', '{850b95be-b942-4351-83bd-0a1815a936b2'])
    expect(() => refuseStrayOptions(parseWords(['list', 'shadows', `/shadow=${id}`], VSSADMIN), LISTINGS)).toThrow(
      /no ID/,
    );
});

describe('diskshadow', () => {
  it.each([
    ['list shadows all', { verb: 'list', what: 'shadows', by: 'all', id: '' }],
    ['LIST SHADOWS ID {1}', { verb: 'list', what: 'shadows', by: 'id', id: '{1}' }],
    ['list writers detailed', { verb: 'list', what: 'writers', detail: 'detailed' }],
    ['expose {1} X:', { verb: 'expose', id: '{1}', place: 'X:' }],
    ['expose {1} "C:\\mount point"', { verb: 'expose', id: '{1}', place: 'C:\\mount point' }],
    ['unexpose X:', { verb: 'unexpose', place: 'X:' }],
    ['SET CONTEXT PERSISTENT NOWRITERS', { verb: 'set', what: 'context', values: ['persistent', 'nowriters'] }],
    [
      'set option differential transportable',
      { verb: 'set', what: 'option', values: ['differential', 'transportable'] },
    ],
    ['set verbose on', { verb: 'set', what: 'verbose', on: true }],
    ['set metadata c:\\A.cab', { verb: 'set', what: 'metadata', path: 'c:\\A.cab' }],
    ['load metadata x.cab', { verb: 'load', what: 'metadata', path: 'x.cab' }],
    ['add volume c: alias jeevan', { verb: 'add', what: 'volume', volume: 'c:', alias: 'jeevan' }],
    ['add volume c: provider {2} alias q', { verb: 'add', what: 'volume', volume: 'c:', provider: '{2}', alias: 'q' }],
    ['add alias n v', { verb: 'add', what: 'alias', name: 'n', value: 'v' }],
    ['add', { verb: 'add', what: 'list' }],
    ['create', { verb: 'create' }],
    ['break writable {3}', { verb: 'break', writable: true, id: '{3}' }],
    ['break readonly {3}', { verb: 'break', writable: false, id: '{3}' }],
    ['BREAK Writable NoRevert %set%', { verb: 'break', writable: true, id: '%set%' }],
    ['resync revertsig', { verb: 'resync' }],
    ['begin backup', { verb: 'begin', what: 'backup' }],
    ['end restore', { verb: 'end', what: 'restore' }],
    ['simulate restore', { verb: 'simulate' }],
    ['writer verify "SqlServerWriter"', { verb: 'writer', action: 'verify', name: 'SqlServerWriter' }],
    ['delete shadows oldest c:', { verb: 'delete', what: ['oldest', 'c:'] }],
    ['exec run.cmd # why', { verb: 'exec', file: 'run.cmd' }],
    ['exit', { verb: 'exit' }],
  ])('%s', (line, expected) => {
    expect(parseDiskshadow(line)).toEqual(expected);
  });

  it.each([
    'expose {1}',
    'list',
    'set context sometimes',
    'add volume',
    'break',
    'break writable',
    'begin',
    'frobnicate',
    'delete everything',
  ])('refuses "%s" with its usage', (line) => {
    expect(() => parseDiskshadow(line)).toThrow(StorageError);
  });

  it('scripts with CRLF, LF, a byte order mark, comments and blank lines', () => {
    expect(scriptLines('\ufeff# a\r\n\r\n list shadows all \nexit').map(({ number, text }) => [number, text])).toEqual([
      [3, 'list shadows all'],
      [4, 'exit'],
    ]);
  });

  it('aliases in any case; unknown ones stay', () => {
    const aliases = new Map([['db', '{1}']]);
    expect(substitute('expose %DB% %other%', aliases)).toBe('expose {1} %other%');
    expect(substitute('%TEMP%\\%db%', aliases, { TEMP: 'C:\\t %db%', db: 'x' })).toBe('C:\\t %db%\\{1}');
    expect(substitute('%constructor%', aliases, {})).toBe('%constructor%');
    expect(splitWords('a "b c" d#e #f g')).toEqual(['a', 'b c', 'd#e']);
  });

  it('any line ends in a command or in a usage', () => {
    const random = new Random();
    const parts = [
      'set',
      'list',
      'shadows',
      'all',
      'expose',
      '{1}',
      'X:',
      '"',
      '#',
      '%a%',
      'add',
      'alias',
      'volume',
      '',
      '\t',
      'id',
      'begin',
      '\u2013',
      '/s',
      '??',
    ];
    for (let round = 0; round < 5000; round++) {
      const line = Array.from({ length: random.below(7) }, () => random.pick(parts)).join(random.pick([' ', '', '\t']));
      try {
        expect(parseDiskshadow(line).verb).toBeTypeOf('string');
      } catch (error) {
        if (!StorageError.is(error)) throw new Error(`seed ${random.seed}: ${JSON.stringify(line)}: ${error}`);
      }
    }
  });
});

const SHADOW: ShadowLines = {
  id: 'eef18c41-c6bc-40bb-9863-5491249d2458',
  setId: '43dd2d4b-3a58-487a-842d-564143d0501f',
  createdMs: new Date(2021, 8, 10, 17, 49, 26).getTime(),
  originalPath: 'C:',
  originalGuid: '67a44989-8413-4a7c-a616-79385dae8605',
  device: '\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3',
  originatingMachine: 'ampersand.redmond.corp.microsoft.com',
  serviceMachine: 'ampersand.redmond.corp.microsoft.com',
  provider: 'Microsoft Software Shadow Copy provider 1.0',
  type: 'ClientAccessibleWriters',
  attributes: ['Persistent', 'Client-accessible', 'No auto release', 'Differential', 'Auto recovered'],
  exposed: null,
};

function recorded(path: string): string[] {
  return readFileSync(join(fixturesRoot()!, 'text', path), 'utf8').split(/\r?\n/);
}

describe.skipIf(fixturesRoot() === null || !existsSync(join(fixturesRoot()!, 'text')))(
  fixturesTitle('the layout is that of the real tools'),
  () => {
    it('vssadmin list shadows', () => {
      expect(vssadminShadows([SHADOW]).slice(0, 10)).toEqual(
        recorded('vssadmin/list-shadows.en-US.two-sets.txt').slice(3, 13),
      );
      expect(vssadminShadows([])).toEqual([recorded('vssadmin/list-shadows.none.txt')[3]]);
    });

    it('Get-VHD', () => {
      const lines = getVhd({
        computerName: 'WIN-77KAV1BUA4O',
        path: 'C:\\Users\\Brice\\Documents\\VM-Valentin.vhdx',
        format: 'vhdx',
        type: 'dynamic',
        fileSize: 4_194_304,
        size: 34_359_738_368,
        logicalSectorSize: 512,
        physicalSectorSize: 4096,
        blockSize: 33_554_432,
        parentPath: '',
        diskIdentifier: '7bd42720-ae1f-4b93-8ebd-b93a4dd71ded',
        diskNumber: null,
      });
      const real = recorded('get-vhd/new-vhd.dynamic-default-32MiB.txt').filter((line) => line !== '');
      const known = (line: string): boolean => !line.startsWith('Fragmentation'); // how scattered the file is on Windows' disk
      expect(lines.filter((line) => line !== '' && known(line))).toEqual(
        real.map((line) => line.trimEnd()).filter(known),
      );
    });

    it('mountvol', () => {
      const real = recorded('mountvol/mountvol.list.txt').map((line) => line.trimEnd());
      expect(
        mountvolList([{ guid: 'c78d9012-0000-0000-0000-20000000000', mountPoints: ['E:\\'] }]).slice(2, 4),
      ).toEqual(real.slice(5, 7));
    });

    it('diskshadow list shadows', () => {
      const lines = diskshadowShadow(
        {
          ...SHADOW,
          id: 'ec0cc761-99cd-446d-b140-432173d77e77',
          alias: 'cdrive',
          attributes: ['No auto release', 'Persistent', 'Differential'],
        },
        1,
      );
      const real = recorded('diskshadow/create-expose.tabs.babydc.txt');
      expect(lines[0]).toBe(real[2]);
      expect(lines.at(-2)).toBe(real[12]);
      expect(lines.map((line) => line.replace(/[:=].*/, ''))).toEqual(
        real.slice(2, 14).map((line) => line.replace(/[:=].*/, '')),
      );
    });
  },
);
