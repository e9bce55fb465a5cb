/**
 * Goal: reads that wait for a disk are answered one and all, with their bytes or an error, while what they read from stays
 * open; they are begun after one read was slow, and no more of them than there are threads. Method: a file in place of the
 * device, and what was written to it taken apart.
 */

import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { IN, OUT } from '../../../src/serve/fuse/abi.ts';
import { SlowReads } from '../../../src/serve/fuse/slow-reads.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const EIO = 5;
const SIZE = 300_000;

function setup() {
  const folder = tempFolder();
  const bytes = new Random().bytes(SIZE);
  writeFileSync(join(folder, 'file'), bytes);
  const fd = openSync(join(folder, 'file'), 'r');
  const path = join(folder, 'device');
  const device = openSync(path, 'a');
  onTestFinished(() => {
    closeSync(fd);
    closeSync(device);
  });
  const released: number[] = [];
  const reads = new SlowReads(device);
  const start = (unique: number, offset: number, length: number, from = fd): void => {
    const request = new DataView(new ArrayBuffer(IN.SIZE));
    request.setBigUint64(IN.unique, BigInt(unique), true);
    reads.start(request, { held: { [Symbol.dispose]: () => void released.push(unique) }, fd: from, offset, length });
  };
  return { reads, start, released, bytes, device, answers: () => answersIn(readFileSync(path)) };
}

/** By the number of the request: the payload, or the error. */
function answersIn(written: Buffer): Map<number, Buffer | number> {
  const answers = new Map<number, Buffer | number>();
  for (let at = 0; at < written.length; ) {
    const length = written.readUInt32LE(at + OUT.length);
    const error = written.readInt32LE(at + OUT.error);
    const unique = Number(written.readBigUInt64LE(at + OUT.unique));
    expect(answers.has(unique)).toBe(false);
    answers.set(unique, error === 0 ? written.subarray(at + OUT.SIZE, at + length) : error);
    at += length;
  }
  return answers;
}

it('answers each with its bytes, and lets go of what it reads from afterwards', async () => {
  const { reads, start, released, bytes, answers } = setup();
  const ranges = [
    [0, 4096],
    [12_345, 100_000],
    [SIZE - 1, 1],
    [65_536, 131_072],
  ] as const;
  for (const [index, [offset, length]] of ranges.entries()) {
    expect(reads.hasRoom).toBe(true);
    start(2 ** 40 + index, offset, length);
  }
  expect([reads.hasRoom, reads.areUnderWay, released]).toEqual([false, true, []]);
  await reads.end();
  expect([reads.hasRoom, reads.areUnderWay]).toEqual([true, false]);
  expect(released.sort()).toEqual(ranges.map((_, index) => 2 ** 40 + index));
  const found = answers();
  for (const [index, [offset, length]] of ranges.entries()) {
    const payload = found.get(2 ** 40 + index) as Buffer;
    expect(Buffer.compare(payload, bytes.subarray(offset, offset + length))).toBe(0);
  }
});

it('answers with an error what the file has not, or cannot be read, and the next one in the same memory', async () => {
  const { reads, start, released, device, answers } = setup();
  start(1, SIZE - 10, 20);
  start(2, 0, 10, device); // which is open for writing alone
  await reads.end();
  start(3, 0, 10);
  await reads.end();
  expect(
    [...answers()].map(([unique, answer]) => [unique, typeof answer === 'number' ? answer : answer.length]).sort(),
  ).toEqual([
    [1, -EIO],
    [2, -EIO],
    [3, 10],
  ]);
  expect(released.sort()).toEqual([1, 2, 3]);
});

it('are next after one that was slow, until enough of them were not', () => {
  const { reads } = setup();
  reads.note(1.9);
  expect(reads.isNext).toBe(false);
  reads.note(2.1);
  for (let i = 0; i < 64; i++) {
    expect(reads.isNext).toBe(true);
    reads.note(0.1);
  }
  expect(reads.isNext).toBe(false);
});

it('are waited for no longer than a moment at a time', async () => {
  const { reads, start } = setup();
  await reads.next(); // nothing ends
  start(1, 0, 10);
  for (let turns = 0; reads.areUnderWay; turns++) {
    expect(turns).toBeLessThan(10_000);
    await reads.next();
  }
});
