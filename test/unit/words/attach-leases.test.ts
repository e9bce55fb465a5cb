/**
 * Goal: a disk that Windows attaches behind the time limit of mount-vhd does not stay attached unseen. Method: a played Windows that
 * does not answer, and attaches the disk later.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { WindowsMounts } from '../../../native-shims/windows/windows-mounts.ts';
import { StorageError } from '../../../src/errors.ts';
import { attachWithLease, endLease, tellLeftAttached } from '../../../src/words/attach-leases.ts';
import { PlayedWindows } from '../../support/played-windows.ts';
import { tempFolder } from '../../support/temp.ts';

const DISK = 'C:\\pool\\disk0.vhdx';
let state: string;

beforeEach(() => {
  state = tempFolder();
  process.env['PITVAULT_STATE'] = state;
  onTestFinished(() => {
    delete process.env['PITVAULT_STATE'];
  });
});

const leases = (): string[] => readdirSync(join(state, 'attaching')).map((name) => join(state, 'attaching', name));

async function told(windows: PlayedWindows): Promise<string[]> {
  const notes: string[] = [];
  await tellLeftAttached(new WindowsMounts(windows.run), (text) => notes.push(text));
  return notes;
}

it('attached, or refused: nothing is left to look at', async () => {
  const windows = new PlayedWindows();
  expect(await told(windows)).toEqual([]);
  expect(existsSync(join(state, 'attaching'))).toBe(false);
  const mounts = new WindowsMounts(windows.run);
  await attachWithLease(mounts, DISK);
  expect(leases()).toEqual([]);
  await expect(attachWithLease(mounts, DISK)).rejects.toMatchObject({ kind: 'conflict' });
  expect([leases(), await told(windows), windows.commands.length]).toEqual([[], [], 4]);
});

it('refused, and seen not to be attached: no further word asks Windows again', async () => {
  const windows = new PlayedWindows();
  windows.sabotage = (tool) => (tool === 'mount' ? { code: 1, out: '', err: 'the disk is damaged' } : null);
  await expect(attachWithLease(new WindowsMounts(windows.run), DISK)).rejects.toMatchObject({ kind: 'io' });
  expect([leases(), windows.attached]).toEqual([[], false]);
});

it('attached behind the time limit: told until it is detached', async () => {
  const windows = new PlayedWindows();
  windows.sabotage = (tool) => {
    if (tool !== 'mount') return null;
    throw new StorageError('io', 'WINDOWS_TOOL_TIMEOUT', 'no answer');
  };
  await expect(attachWithLease(new WindowsMounts(windows.run), DISK)).rejects.toMatchObject({ kind: 'io' });
  windows.attached = true; // Mount-VHD comes to its end
  expect(await told(windows)).toEqual([]); // that process is this one, which runs
  const [file] = leases();
  const lease = JSON.parse(readFileSync(file!, 'utf8'));
  writeFileSync(file!, JSON.stringify({ ...lease, process: { ...lease.process, boot: 'an earlier one' } }));
  expect(await told(windows)).toEqual([expect.stringContaining(`pitvault dismount-vhd "${DISK}"`)]);
  expect((await told(windows)).length).toBe(1);
  endLease(DISK);
  expect([leases(), await told(windows)]).toEqual([[], []]);
});

it('what Windows will not attach any more, or what is no lease, is forgotten in time', async () => {
  const windows = new PlayedWindows();
  mkdirSync(join(state, 'attaching'));
  writeFileSync(join(state, 'attaching', 'x.json'), 'nonsense');
  expect([await told(windows), leases().length]).toEqual([[], 1]);
  utimesSync(leases()[0]!, 1, 1);
  expect([await told(windows), leases().length]).toEqual([[], 0]);
});
