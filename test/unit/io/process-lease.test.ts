/**
 * Goal: leases say who reads, as long as the reader lives and no longer, and cost next to nothing. Method: leases of this
 * process, of a child that is killed, and of names that no process here can have.
 */

import { spawn } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadHostFiles } from '../../../native-shims/load.ts';
import { claimName } from '../../../src/io/claim.ts';
import type { HostFiles, LockOutcome } from '../../../src/io/host-files.ts';
import { ownIdentity } from '../../../src/io/process-identity.ts';
import { leasesIn, takeLease } from '../../../src/io/process-lease.ts';
import { tempFolder } from '../../support/temp.ts';

const SUBJECT = 'replica.state';
const answering = (outcome: LockOutcome): Pick<HostFiles, 'lock'> => ({ lock: () => outcome });

/** A lease as another process would have it. */
function leave(folder: string, identity: Partial<ReturnType<typeof ownIdentity>>, native: boolean): void {
  writeFileSync(join(folder, claimName(SUBJECT, 'read', { ...ownIdentity(), ...identity }, native)), '');
}

describe('a lease', () => {
  it.each([
    ['without the platform', undefined],
    ['with its lock', answering('locked')],
    ['where the file system has no locks', answering('unsupported')],
  ])('is there from taking to release, %s', (_what, host) => {
    const folder = join(tempFolder(), 'leases'); // made by the first that needs it
    expect(leasesIn(folder)).toEqual([]);
    const [one, other] = [takeLease(folder, SUBJECT, host), takeLease(folder, SUBJECT, host)];
    expect(leasesIn(folder).map(({ subject, identity }) => [subject, identity.pid])).toEqual([
      [SUBJECT, process.pid],
      [SUBJECT, process.pid],
    ]);
    one.release();
    one.release();
    expect(leasesIn(folder)).toHaveLength(1);
    other.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('dies with its process (on Linux: reads /proc)', async () => {
    const folder = tempFolder();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const stat = (await import('node:fs')).readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
    leave(folder, { pid: child.pid!, started }, false);
    expect(leasesIn(folder).map(({ identity }) => identity.pid)).toEqual([child.pid]);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(leasesIn(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of another machine counts until its native lock is free', () => {
    const folder = tempFolder();
    leave(folder, { machine: 'elsewhere', boot: 'another' }, true);
    leave(folder, { machine: 'elsewhere', boot: 'another' }, false);
    for (const host of [undefined, answering('busy'), answering('unsupported')])
      expect(leasesIn(folder, host)).toHaveLength(2);
    expect(leasesIn(folder, answering('locked')).map(({ native }) => native)).toEqual([false]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('of a process before the last boot, and of a pid that came back, is cleaned away', () => {
    const folder = tempFolder();
    leave(folder, { boot: 'earlier' }, false);
    leave(folder, { started: '1' }, true);
    expect(leasesIn(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is really locked where the platform locks', async () => {
    const folder = tempFolder();
    const host = await loadHostFiles();
    const lease = takeLease(folder, SUBJECT, host);
    const [found] = leasesIn(folder, host);
    expect(found!.native).toBe(host.name !== 'portable');
    lease.release();
  });

  it.skipIf(process.platform === 'win32')(
    'is shared by whoever shares the pool (not on Windows: rights are inherited)',
    () => {
      for (const [around, folderMode, fileMode] of [
        [0o700, 0o700, 0o600],
        [0o770, 0o770, 0o640],
        [0o2775, 0o2775, 0o644],
      ] as const) {
        const parent = tempFolder();
        chmodSync(parent, around);
        if (process.getuid!() === 0) chownSync(parent, 0, 1);
        const folder = join(parent, 'leases');
        const lease = takeLease(folder, SUBJECT);
        expect(statSync(folder).mode & 0o7777).toBe(folderMode);
        expect(statSync(lease.path).mode & 0o7777).toBe(fileMode);
        for (const path of [folder, lease.path]) expect(statSync(path).gid).toBe(statSync(parent).gid);
        lease.release();
      }
    },
  );

  it('costs less than 2 ms', async () => {
    const host = await loadHostFiles();
    for (const locks of [undefined, host]) {
      const folder = tempFolder();
      const times = Array.from({ length: 50 }, () => {
        const start = performance.now();
        takeLease(folder, SUBJECT, locks).release();
        return performance.now() - start;
      }).sort((a, b) => a - b);
      expect(times[25]).toBeLessThan(2);
    }
  });

  it('where nothing can be written is refused, and leaves nothing', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(() => takeLease(join(file, 'leases'), SUBJECT)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  });
});
