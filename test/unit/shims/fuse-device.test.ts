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

  /** A message whose header says which it is; what stands behind it may be used. */
  const message = (): Uint8Array => {
    const bytes = Buffer.alloc(16 + 128 * 1024, 0xee);
    bytes.write('0123456789abcdef');
    return bytes;
  };

  it('answer with a header and a range of a file, wherever it starts and up to the longest', () => {
    const { fd, calls } = device(constants.O_NONBLOCK);
    const bytes = new Random().bytes(300_000);
    const path = join(tempFolder(), 'file');
    writeFileSync(path, bytes);
    const file = open(path, constants.O_RDONLY);
    for (const [offset, length] of [
      [0, 4096],
      [4097, 40_000],
      [65_536, 1],
      [12_345, 48_000],
      [12_345, 32 * 1024],
      [12_345, 32 * 1024 - 1],
    ] as const) {
      const sent = message();
      expect(calls.answerFrom(sent, file, offset, length)).toBe(true);
      const answer = Buffer.alloc(16 + length + 1);
      let size = 0;
      while (size < 16 + length) size += readSync(fd, answer, size, answer.length - size, null);
      expect(size).toBe(16 + length);
      expect(answer.subarray(0, 16).toString()).toBe('0123456789abcdef');
      expect(Buffer.compare(answer.subarray(16, size), bytes.subarray(offset, offset + length))).toBe(0);
    }
    expect(calls.answerFrom(message(), file, 0, 256 * 1024)).toBe(false);
    expect(() => readSync(fd, Buffer.alloc(1), 0, 1, null)).toThrow('EAGAIN'); // nothing was answered
  });

  it.each([
    ['short', 4096],
    ['closed', 4096],
    ['short', 40_000],
    ['closed', 40_000],
  ])('answer nothing where the file is %s, asked for %i bytes, and nothing of it later', (damage, length) => {
    const { fd, calls } = device(constants.O_NONBLOCK);
    const path = join(tempFolder(), 'file');
    writeFileSync(path, new Uint8Array(length));
    const file = open(path, constants.O_RDONLY);
    const from = damage === 'short' ? file : -1;
    expect(calls.answerFrom(message(), from, 1, length)).toBe(false);
    expect(() => readSync(fd, Buffer.alloc(1), 0, 1, null)).toThrow('EAGAIN');
    expect(calls.answerFrom(message(), file, 0, 4096)).toBe(true); // whoever read it meanwhile was told why
    expect(readSync(fd, Buffer.alloc(8192), 0, 8192, null)).toBe(16 + 4096);
  });

  it.each([4096, 40_000])('answer nothing where the device takes none of %i bytes, and again', (length) => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, new Uint8Array(40_000));
    const file = open(path, constants.O_RDONLY);
    const calls = loadFuseDevice(file)!; // open for reading alone
    onTestFinished(() => calls.close());
    expect(calls.answerFrom(message(), file, 0, length)).toBe(false);
    expect(calls.answerFrom(message(), file, 0, length)).toBe(false);
  });
});
