/**
 * Goal: the calls for /dev/fuse do what they say. Method: named pipes and files in its place: a device that is read, one that
 * is answered to, and one that takes no answer.
 */

import { closeSync, constants, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFuseDevice } from '../../../native-shims/linux/fuse-device.ts';
import { type DeviceCalls, NOTHING } from '../../../src/serve/fuse/request-reader.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';
import { run, title, without } from '../../support/tools.ts';

const isThere = process.platform === 'linux' && loadFuseDevice(-1) !== null;
const what = `the calls for /dev/fuse${isThere ? '' : ' (need Linux and koffi)'}`;

function open(path: string, flags: number): number {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

function device(flags = 0): { readonly fd: number; readonly calls: DeviceCalls } {
  const path = join(tempFolder(), 'device');
  run('mkfifo', path);
  const fd = open(path, constants.O_RDWR | flags);
  const calls = loadFuseDevice(fd)!;
  onTestFinished(() => calls.close());
  return { fd, calls };
}

describe.skipIf(!isThere || without('mkfifo'))(title(what, 'mkfifo'), () => {
  it('take what is there, and never wait once told so', () => {
    const { fd, calls } = device();
    const target = new Uint8Array(64);
    calls.neverWait();
    expect(calls.take(target)).toBe(NOTHING);
    calls.giveWay();
    writeSync(fd, 'request');
    calls.sleep(); // returns, as something is there
    expect(calls.take(target)).toBe(7);
    expect(Buffer.from(target.subarray(0, 7)).toString()).toBe('request');
    expect(calls.take(target)).toBe(NOTHING);
  });

  it('answer with a header and a range of a file, wherever it starts and up to the longest', () => {
    const { fd, calls } = device(constants.O_NONBLOCK);
    const bytes = new Random().bytes(300_000);
    const path = join(tempFolder(), 'file');
    writeFileSync(path, bytes);
    const file = open(path, constants.O_RDONLY);
    const header = Buffer.from('0123456789abcdef');
    expect(calls.answerMax).toBeGreaterThanOrEqual(128 * 1024);
    for (const [offset, length] of [
      [0, 4096],
      [4097, 40_000],
      [65_536, 1],
      [12_345, 48_000],
    ] as const) {
      expect(calls.answerFrom(header, file, offset, length)).toBe(true);
      const answer = Buffer.alloc(header.length + length + 1);
      let size = 0;
      while (size < header.length + length) size += readSync(fd, answer, size, answer.length - size, null);
      expect(size).toBe(header.length + length);
      expect(answer.subarray(0, header.length)).toEqual(header);
      expect(Buffer.compare(answer.subarray(header.length, size), bytes.subarray(offset, offset + length))).toBe(0);
    }
    expect(calls.answerFrom(header, file, 0, calls.answerMax + 1)).toBe(false);
    expect(() => readSync(fd, Buffer.alloc(1), 0, 1, null)).toThrow('EAGAIN'); // nothing was answered
  });

  it('answer nothing where the file ends too early or is closed, and nothing of it later', () => {
    for (const damage of ['short', 'closed'] as const) {
      const { fd, calls } = device(constants.O_NONBLOCK);
      const path = join(tempFolder(), 'file');
      writeFileSync(path, new Uint8Array(10_000));
      const file = open(path, constants.O_RDONLY);
      const from = damage === 'short' ? file : -1;
      expect(calls.answerFrom(new Uint8Array(16), from, 4096, 8192)).toBe(false);
      expect(() => readSync(fd, Buffer.alloc(1), 0, 1, null)).toThrow('EAGAIN');
      expect(calls.answerMax).toBe(0); // whoever reads is told why
      expect(calls.answerFrom(new Uint8Array(16), file, 0, 4096)).toBe(false);
    }
  });

  it('answer again after a device that took nothing', () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, new Uint8Array(10_000));
    const file = open(path, constants.O_RDONLY);
    const calls = loadFuseDevice(file)!; // open for reading alone
    onTestFinished(() => calls.close());
    expect(calls.answerFrom(new Uint8Array(16), file, 0, 4096)).toBe(false);
    expect(calls.answerMax).toBeGreaterThan(0);
  });
});
