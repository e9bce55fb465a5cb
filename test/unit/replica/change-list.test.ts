/**
 * Goal: a change list names the ranges that its writer meant, whatever wrote the file; anything else is refused, since
 * ranges nobody meant make a state that nobody had. Method: files in memory.
 */

import { describe, expect, it } from 'vitest';
import { readChangeList } from '../../../src/backup/change-list.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { Random } from '../../support/random.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const DISK = 40 * MIB + 512;

const rangesIn = (bytes: Uint8Array, size = DISK) => [...readChangeList(new MemoryFile(bytes), size).ranges()];
const utf8 = (text: string) => Buffer.from(text, 'utf8');
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const RANGES = [
  { offset: 4096, length: 8192 },
  { offset: 1 * MIB, length: 512 },
];
/** As `pitvault diff --json` prints them. */
const lines = (ranges: readonly object[], count = ranges.length, size = DISK) =>
  `${[
    ...ranges.map((range) => ({ type: 'range', ...range, state: 'changed' })),
    ...(count < 0 ? [] : [{ type: 'summary', sizes: [0, size], changed: { ranges: count }, ...NONE }]),
  ]
    .map((line) => JSON.stringify(line))
    .join('\r\n')}\r\n`;
const NONE = { possible: { ranges: 0 }, unreadable: { ranges: 0 } };
const LINES = lines(RANGES);

describe.each([
  ['an array', JSON.stringify(RANGES)],
  ['an object', JSON.stringify({ ranges: [...RANGES].reverse() }, null, 2)],
  ['lines', LINES],
  ['lines after a blank one', `\r\n${LINES}`],
])('%s', (_what, text) => {
  it.each([
    ['UTF-8', utf8(text)],
    ['UTF-8 with a byte order mark', utf8(`\ufeff${text}`)],
    ['UTF-16', utf16(text)],
    ['UTF-16, most significant byte first', utf16(text).swap16()],
  ])('in %s', (_encoding, bytes) => expect(rangesIn(bytes)).toEqual(RANGES));
});

it.each([
  ['without its last lines', lines(RANGES, -1)],
  ['without a range', lines(RANGES.slice(1), 2)],
])('a diff %s is refused: it leaves out changes', (_what, text) => {
  expect(() => rangesIn(utf8(text))).toThrow(
    expect.objectContaining({ kind: 'corrupt', code: 'CHANGES_CUT_SHORT', hint: expect.any(String) }),
  );
});

it('a diff of a volume, or of another disk, is refused: its offsets are others', () => {
  expect(() => rangesIn(utf8(lines(RANGES, 2, DISK - MIB)))).toThrow(
    expect.objectContaining({ kind: 'corrupt', code: 'CHANGES_OTHER_DISK', hint: expect.any(String) }),
  );
});

it('of no ranges is a list, of no text is none', () => {
  expect(rangesIn(utf8('[]'))).toEqual([]);
  expect(rangesIn(utf8(lines([])))).toEqual([]);
  for (const bytes of [utf8(''), utf8('\r\n'), utf8('\ufeff'), utf16('\r\n')]) {
    expect(() => rangesIn(bytes)).toThrow(expect.objectContaining({ code: 'CHANGES_EMPTY' }));
  }
});

it.each(['hello', 'null', 'offset,length', '[null]', '[1]', '{}', '"text"', '[{"offset":0,"length":4096}', 'a\u00fc'])(
  '%s is text and no list, though a bitmap may have its size',
  (text) => {
    for (const bytes of [utf8(text), utf8(text.repeat(20)), utf16(text)]) {
      for (const size of [DISK, bytes.length * 8 * 4096, bytes.length * 8 * MIB]) {
        expect(() => rangesIn(bytes, size)).toThrow(
          expect.objectContaining({ kind: 'corrupt', code: 'CHANGES_MALFORMED', hint: expect.any(String) }),
        );
      }
    }
  },
);

describe('a bitmap', () => {
  it.each([512, 4 * KIB, 64 * KIB, MIB, 16 * MIB])('of units of %i bytes', (unit) => {
    const size = 1000 * unit - 512;
    const bytes = new Uint8Array(125);
    bytes[0] = 0b0000_0110;
    bytes[124] = 0b1000_0000;
    expect(rangesIn(bytes, size)).toEqual(
      [
        { offset: unit, length: 2 * unit },
        { offset: 999 * unit, length: unit - 512 },
      ].filter(({ length }) => length > 0),
    );
  });

  it('may begin as text and as byte order marks do', () => {
    for (const head of ['[', '{', '\ufeff', '  [']) {
      const bytes = new Uint8Array(125);
      bytes.set(utf8(head));
      expect(rangesIn(bytes, 1000 * 4096)).not.toEqual([]);
    }
    for (const mark of [
      [0xff, 0xfe],
      [0xfe, 0xff],
      [0xff, 0xfe, 0x20],
      [0xfe, 0xff, 0, 0x20],
    ]) {
      const bytes = new Uint8Array(125);
      bytes.set(mark);
      expect(rangesIn(bytes, 1000 * 4096)).not.toEqual([]);
    }
  });

  it('of any other size is refused, and the sizes it could have are told', () => {
    const random = new Random(1);
    for (const size of [3, 124, 126, 128, 4096]) {
      const bytes = random.bytes(size);
      bytes[0] = 0;
      expect(() => rangesIn(bytes, 1000 * 64 * KIB)).toThrow(
        expect.objectContaining({
          kind: 'invalid-argument',
          code: 'CHANGES_UNKNOWN',
          hint: expect.stringMatching(/2000 bytes for units of 4 KiB, 125 for 64 KiB/),
        }),
      );
    }
  });
});
