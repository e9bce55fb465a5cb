/** Goal: times and sizes read as people write them. Method: tables. */

import { describe, expect, it } from 'vitest';
import { bytesText, durationText, parseTime, table, timeText } from '../../../src/cli/format.ts';

describe('parseTime', () => {
  it('takes ISO 8601, local unless it has an offset', () => {
    expect(parseTime('2024-07-29T10:00Z')?.getTime()).toBe(Date.UTC(2024, 6, 29, 10));
    expect(parseTime('2024-07-29T10:00+02:00')?.getTime()).toBe(Date.UTC(2024, 6, 29, 8));
    expect(parseTime('2024-07-29 10:00')?.getTime()).toBe(new Date(2024, 6, 29, 10).getTime());
    expect(parseTime('2024-07-29T10:00:05.5')?.getTime()).toBe(new Date(2024, 6, 29, 10, 0, 5, 500).getTime());
  });

  it('a date alone is the end of that day', () => {
    expect(parseTime('2024-07-29')?.getTime()).toBe(new Date(2024, 6, 29, 23, 59, 59, 999).getTime());
  });

  it.each(['yesterday', '29.07.2024', '2024-13-01', '2024-7-1', ''])('%j is no time', (text) => {
    expect(parseTime(text)).toBeNull();
  });
});

it('bytes, durations, times and tables', () => {
  expect([0, 1023, 1024, 1536, 4 * 1024 ** 3, 64 * 1024 ** 4].map(bytesText)).toEqual([
    '0 B',
    '1023 B',
    '1 KiB',
    '1.50 KiB',
    '4 GiB',
    '64 TiB',
  ]);
  expect([12, 1500, 61_000, 3_700_000].map(durationText)).toEqual(['12 ms', '1.5 s', '1:01 min', '1 h 1 min']);
  expect(timeText(-1)).toBe('-');
  expect(timeText(new Date(2024, 6, 29, 10, 0, 3).getTime())).toMatch(/^2024-07-29 10:00:03 [+-]\d\d:\d\d$/);
  expect(
    table(
      [
        ['a', '1'],
        ['bcd', '100'],
      ],
      [1],
    ),
  ).toEqual(['a      1', 'bcd  100']);
});
