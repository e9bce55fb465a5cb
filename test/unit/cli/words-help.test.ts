/** Goal: what the words take is what help and completion say of them. Method: the grammars against the table, both ways. */

import { expect, it } from 'vitest';
import { COMMANDS, optionsOf, typedName } from '../../../src/cli/command-table.ts';
import { parseWords, type WordsSpec } from '../../../src/words/command-words.ts';
import {
  DISKSHADOW,
  DISMOUNT_VHD,
  GET_VHD,
  MOUNT_VHD,
  MOUNTVOL,
  TEST_VHD,
  VSSADMIN,
} from '../../../src/words/word-specs.ts';

/** Understood, to be refused with a reason. */
const REFUSED = ['P', 'R', 'N', 'E', 'S', 'all', 'oldest', 'quiet', 'maxsize', '?'];

it.each<[string, WordsSpec]>([
  ['mount-vhd', MOUNT_VHD],
  ['dismount-vhd', DISMOUNT_VHD],
  ['get-vhd', GET_VHD],
  ['test-vhd', TEST_VHD],
  ['mountvol', MOUNTVOL],
  ['vssadmin', VSSADMIN],
  ['diskshadow', DISKSHADOW],
])('%s', (name, spec) => {
  const listed = Object.keys(optionsOf(COMMANDS.find((command) => command.name === name)!)).filter(
    (one) => one !== 'help',
  );
  const plain = listed.map((one) => one.replace(/^[-/]+|=$/g, ''));
  const taken = [...(spec.switches ?? []), ...(spec.values ?? [])].filter((one) => !REFUSED.includes(one));
  expect(plain.toSorted()).toEqual(taken.toSorted());
  for (const option of listed.map(typedName)) {
    const args = option.endsWith('=')
      ? [`${option}x`]
      : (spec.values ?? []).includes(option.replace(/^-+/, ''))
        ? [option, 'x']
        : [option];
    expect(parseWords(args, spec).has(option.replace(/^[-/]+|=$/g, '')), option).toBe(true);
  }
});

it('options of other commands have two dashes', () => {
  expect(['json', '-ReadOnly', '/for=', '--image'].map(typedName)).toEqual(['--json', '-ReadOnly', '/for=', '--image']);
});
