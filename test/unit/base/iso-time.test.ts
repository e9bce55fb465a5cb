import { expect, test } from 'vitest';
import { isoTime } from '../../../src/base/iso-time.ts';
import { Random } from '../../support/random.ts';

test('a time is written as Date writes it, in any year', () => {
  const random = new Random();
  const days = [
    0,
    86_400_000,
    Date.UTC(1999, 11, 31),
    Date.UTC(2024, 1, 29),
    Date.UTC(9999, 11, 31),
    Date.UTC(10_000, 0),
  ];
  for (let i = 0; i < 2000; i++) {
    const ms = 0.25 + random.below(86_400_000) + (i < 1000 ? days[i % days.length]! : random.below(2 ** 31) * 2000);
    expect(isoTime(ms)).toBe(new Date(ms).toISOString());
  }
});

test('no time is none', () => {
  for (const ms of [0, -1, Number.NaN, 8.64e15]) expect(isoTime(ms)).toBeNull();
});
