/** Goal: looking at a device tells whether reading it would wait. Method: a named pipe in its place. */

import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadDeviceWatch } from '../../../native-shims/linux/device-watch.ts';
import { run, title, without } from '../../support/tools.ts';

const watch = process.platform === 'linux' ? loadDeviceWatch() : null;
const what = `watching a device${watch === null ? ' (needs Linux, koffi and two processors)' : ''}`;

describe.skipIf(watch === null || without('mkfifo'))(title(what, 'mkfifo'), () => {
  it('tells when something can be read, and when that is over', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pitvault-watch-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'pipe');
    run('mkfifo', path);
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(fd));
    const { isReady, giveWay } = watch!;
    expect(isReady(fd)).toBe(false);
    writeSync(fd, 'request');
    giveWay();
    expect(isReady(fd)).toBe(true);
    readSync(fd, new Uint8Array(16));
    expect(isReady(fd)).toBe(false);
  });
});
