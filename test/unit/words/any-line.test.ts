/**
 * Goal: whatever is typed, the words end in a result or in an error of their own, here and on Windows, and nothing that deletes
 * reaches Windows' tools. Method: lines put together at random of what the grammars know and of what they do not.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WindowsMounts } from '../../../native-shims/windows/windows-mounts.ts';
import { StorageError } from '../../../src/errors.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import { diskshadow } from '../../../src/words/diskshadow.ts';
import { HOST_WORDS } from '../../../src/words/host-words.ts';
import { mountvol } from '../../../src/words/mountvol.ts';
import { dismountVhd, getVhdWord, mountVhd, testVhd } from '../../../src/words/vhd-words.ts';
import { vssadmin } from '../../../src/words/vssadmin.ts';
import type { WordsContext } from '../../../src/words/words-context.ts';
import { NtfsBuilder } from '../../support/ntfs-builder.ts';
import { PlayedWindows, REPLICA_VOLUME, SHADOW } from '../../support/played-windows.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const WORDS = {
  'mount-vhd': mountVhd,
  'dismount-vhd': dismountVhd,
  'get-vhd': getVhdWord,
  'test-vhd': testVhd,
  mountvol,
  vssadmin,
  diskshadow,
} as const;

const ROUNDS = 2000;
const OPTIONS = '/D /L /d /? -Read -Passthru -Path -DiskNumber /for= /for=X: /shadow= --image -l'.split(' ');
const NAMES =
  'list shadows volumes shadowstorage providers writers all set id expose unexpose add volume alias create delete revert exec context persistent metadata option provider'.split(
    ' ',
  );
const BEGINNINGS = [
  'expose',
  'unexpose',
  'list shadows id',
  'add volume',
  'add alias',
  'delete shadows',
  'set context',
  'create',
  'exec',
];
const PLACES = ['X:', 'x:\\', 'Y:', '/mnt', 'C:\\a b', '', ' ', 'b.vhdx', 'a::b', '::'];
const VALUES = [
  REPLICA_VOLUME,
  SHADOW,
  '{}',
  '\\?\\Volume{}\\',
  '1',
  '0x2',
  `/for=${REPLICA_VOLUME}`,
  `/shadow=${SHADOW}`,
];
const NONSENSE = ['\u0000', '\n', '%x%', '"', '#', '\ud800', '\u017b'];

it('any line ends in a result or in an error that says what is wrong', async () => {
  const home = tempFolder();
  process.env['PITVAULT_STATE'] = join(home, 'state');
  const before = process.cwd();
  process.chdir(home); // logs go where they are named
  onTestFinished(() => {
    process.chdir(before);
    delete process.env['PITVAULT_STATE'];
  });
  const image = join(home, 'a.img');
  writeFileSync(image, new NtfsBuilder().build());
  const random = new Random();
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const piece = (): string => pick(pick([OPTIONS, NAMES, NAMES, PLACES, VALUES, NONSENSE, [image]]));
  const several = <T>(most: number, make: () => T): T[] => Array.from({ length: random.below(most) }, make);
  for (let round = 0; round < ROUNDS; round++) {
    const word = pick(Object.keys(WORDS)) as keyof typeof WORDS;
    const args = several(5, piece).filter((one) => one !== '\u0000'); // which no command line can hold
    const quoted = (): string => piece().replace(/^.*\s.*$|^$/s, '"$&"');
    // Half of the lines begin as a line may.
    const typed = several(5, () =>
      [...(random.below(2) === 0 ? [] : [pick(BEGINNINGS)]), ...several(4, quoted)].join(' '),
    );
    const said = `seed ${random.seed}: ${JSON.stringify([word, args, typed])}`;
    for (const isWindows of [false, true]) {
      const lines = [...typed];
      const windows = new PlayedWindows();
      const context: WordsContext = {
        out: () => undefined,
        note: () => undefined,
        flush: () => undefined,
        mounter: { mount: async () => undefined, unmount: async () => undefined },
        open: {},
        absolute: (path) => (path.startsWith('/') ? path : join(home, path)),
        computerName: 'TEST',
        files: async () => new PortableHostFiles('a test'),
        ask: async () => lines.shift() ?? null,
        waiting: (work) => work(),
      };
      try {
        if (isWindows) await HOST_WORDS[word]!(args, context, new WindowsMounts(windows.run));
        else await WORDS[word](args, context);
      } catch (error) {
        if (!StorageError.is(error)) throw new Error(said, { cause: error });
        expect(error.message, said).not.toMatch(/undefined|\$\{/);
        expect(error.code, said).not.toBe('INTERNAL');
      }
      expect(windows.commands.join('\n'), said).not.toMatch(
        /^(?:delete|revert|mask|break)\b|vssadmin (?:delete|resize)/im,
      );
    }
  }
});
