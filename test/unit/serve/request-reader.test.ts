/**
 * Goal: the thread that answers the kernel watches its device only for clients that ask one thing after the other, never for
 * longer than a moment, and sleeps else. Method: a clock and a device that are told what to do.
 */

import { beforeEach, expect, it, vi } from 'vitest';
import { type DeviceCalls, NOTHING, RequestReader } from '../../../src/serve/fuse/request-reader.ts';

const FD = 7;
const LENGTH = 40;
/** Milliseconds that one look takes. */
const LOOK = 0.001;
const target = new Uint8Array(64);

let now = 0;
let comesAt = Number.POSITIVE_INFINITY;
/** What reading the device fails with, the next time. */
let failure: string | null = null;
const did = { reads: 0, looks: 0, sleeps: 0, gaveWay: 0, loaded: 0, neverWait: 0 };

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  readSync: (fd: number, bytes: Uint8Array, offset: number, length: number, position: null) => {
    expect([fd, bytes, offset, length, position]).toEqual([FD, target, 0, target.length, null]);
    did.reads++;
    if (failure !== null) {
      const code = failure;
      failure = null;
      throw Object.assign(new Error(code), { code });
    }
    now = Math.max(now, comesAt);
    return LENGTH;
  },
}));

beforeEach(() => {
  [now, comesAt, failure] = [0, Number.POSITIVE_INFINITY, null];
  for (const key of Object.keys(did)) did[key as keyof typeof did] = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

const calls: DeviceCalls = {
  neverWait: () => void did.neverWait++,
  take: () => {
    did.looks++;
    now += LOOK;
    return now >= comesAt ? LENGTH : NOTHING;
  },
  sleep: () => {
    did.sleeps++;
    now = Math.max(now, comesAt);
  },
  giveWay: () => void did.gaveWay++,
  answerFrom: () => false,
  close: () => undefined,
};

function reader(found: DeviceCalls | null = calls): RequestReader {
  return new RequestReader(FD, (fd) => {
    expect(fd).toBe(FD);
    did.loaded++;
    return found;
  });
}

/** So many requests, each of which comes so many milliseconds after the one before. */
function requests(from: RequestReader, count: number, after: number): void {
  for (let i = 0; i < count; i++) {
    comesAt = now + after;
    expect(from.next(target)).toBe(LENGTH);
  }
}

it('waits in read until requests have followed each other closely for a while, and loads nothing before', () => {
  const from = reader();
  requests(from, 63, 0.05);
  expect([did.loaded, did.reads]).toEqual([0, 63]);
  requests(from, 1, 0.05);
  expect([did.loaded, did.neverWait, did.looks]).toEqual([1, 1, 0]);
  requests(from, 1, 0.05);
  expect(did.reads).toBe(64);
  expect(did.looks).toBeGreaterThan(40);
  expect([did.gaveWay, did.sleeps]).toEqual([did.looks - 1, 0]); // after each look but the one that found something
});

it('watches in vain for a tenth of a millisecond at most, and then sleeps until requests come soon again', () => {
  const from = reader();
  requests(from, 64, 0.05);
  requests(from, 1, 5);
  expect(did.looks * LOOK).toBeLessThan(0.11);
  expect(did.sleeps).toBe(1);
  did.gaveWay = 0;
  requests(from, 64, 0.05);
  expect([did.gaveWay, did.sleeps]).toEqual([0, 65]);
  requests(from, 1, 0.05);
  expect(did.gaveWay).toBeGreaterThan(0);
});

it('never watches for a client that takes its time', () => {
  const from = reader();
  requests(from, 1000, 0.2);
  expect([did.loaded, did.looks]).toEqual([0, 0]);
});

it('takes what several clients ask as it comes, with one look', () => {
  const from = reader();
  requests(from, 64, 0.05);
  did.looks = 0;
  requests(from, 100, 0);
  expect([did.looks, did.gaveWay, did.sleeps]).toEqual([100, 0, 0]);
});

it('goes on waiting in read where there is nothing to watch with, having asked once', () => {
  const from = reader(null);
  requests(from, 500, 0.05);
  expect([did.loaded, did.reads]).toEqual([1, 500]);
});

it('waits no more in read when the calls are wanted for another reason', () => {
  const from = reader();
  expect(from.calls).toBe(null);
  expect(from.useCalls()).toBe(calls);
  expect(from.useCalls()).toBe(calls);
  expect([did.loaded, did.neverWait]).toEqual([1, 1]);
  requests(from, 1, 0.3);
  expect([did.reads, did.sleeps]).toEqual([0, 1]);
});

it('ends when the device is unmounted, goes on after an interruption, and tells of everything else', () => {
  const from = reader();
  failure = 'ENODEV';
  expect(from.next(target)).toBe(0);
  failure = 'ENOENT';
  requests(from, 1, 0.3);
  expect(did.reads).toBe(3);
  failure = 'EIO';
  expect(() => from.next(target)).toThrow('EIO');
});
