/**
 * Goal: the thread that answers the kernel watches its device only for clients that ask one thing after the other, and never
 * for longer than a moment. Method: a clock and a device that are told what to do.
 */

import { beforeEach, expect, it, vi } from 'vitest';
import { type DeviceWatch, RequestWait } from '../../../src/serve/fuse/request-wait.ts';

const FD = 7;
/** Milliseconds that one look takes. */
const LOOK = 0.001;

let now = 0;
let comesAt = Number.POSITIVE_INFINITY;
let looks = 0;
let gaveWay = 0;
let loaded = 0;

beforeEach(() => {
  [now, comesAt, looks, gaveWay, loaded] = [0, Number.POSITIVE_INFINITY, 0, 0, 0];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

const watch: DeviceWatch = {
  isReady: (fd) => {
    expect(fd).toBe(FD);
    looks++;
    now += LOOK;
    return now >= comesAt;
  },
  giveWay: () => void gaveWay++,
};

function waiting(found: DeviceWatch | null = watch): RequestWait {
  return new RequestWait(() => {
    loaded++;
    return found;
  });
}

/** A request that comes after so many milliseconds. */
function request(wait: RequestWait, after: number): void {
  comesAt = now + after;
  wait.start(FD);
  now = Math.max(now, comesAt);
  wait.end();
}

function requests(wait: RequestWait, count: number, after: number): void {
  for (let i = 0; i < count; i++) request(wait, after);
}

/** So many requests that come soon are not watched for, the next one is. */
function expectWatchedAfter(wait: RequestWait, count: number): void {
  looks = 0;
  requests(wait, count, 0.05);
  expect(looks).toBe(0);
  request(wait, 0.05);
  expect(looks).toBeGreaterThan(0);
}

it('is asleep until requests have followed each other closely for a while, and loads nothing before', () => {
  const wait = waiting();
  requests(wait, 63, 0.05);
  expect([loaded, looks]).toEqual([0, 0]);
  requests(wait, 2, 0.05);
  expect(loaded).toBe(1);
  expect(looks).toBeGreaterThan(0);
  expect(gaveWay).toBe(looks - 1); // after each look but the one that found something
});

it('watches in vain for a tenth of a millisecond at most, and then not until requests come soon again', () => {
  const wait = waiting();
  requests(wait, 64, 0.05);
  const before = now;
  wait.start(FD); // nothing comes
  expect(now - before).toBeLessThan(0.11);
  now += 5;
  wait.end();
  expectWatchedAfter(wait, 64);
});

it('never watches for a client that takes its time', () => {
  const wait = waiting();
  requests(wait, 1000, 0.2);
  expect([loaded, looks]).toEqual([0, 0]);
});

it('takes requests of several clients as they come, and watches again when one is left', () => {
  const wait = waiting();
  requests(wait, 64, 0.05);
  request(wait, 0.001);
  expectWatchedAfter(wait, 32);
});

it('asks once where there is nothing to watch with', () => {
  const wait = waiting(null);
  requests(wait, 500, 0.05);
  expect([loaded, looks]).toEqual([1, 0]);
});
