/**
 * Goal: media that take nothing, or nothing more, cost no point and are told clearly; a pool that cannot be written is
 * still read. Method: the built command on a read-only view of a pool and on file systems that are full.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadHostFiles } from '../../native-shims/load.ts';
import { backup } from '../../src/backup/backup.ts';
import { createReplicaPool } from '../../src/backup/pool-on-disk.ts';
import { protect } from '../../src/backup/protect.ts';
import { readOnlyView } from '../support/loop-mount.ts';
import { Random } from '../support/random.ts';
import { bytesOf, mutate, sourceOf } from '../support/replica-pool.ts';
import { digestTree } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault, pitvaultJson, title, without } from '../support/tools.ts';

const MIB = 2 ** 20;
const needs = ['root', 'mount', 'umount'] as const;

async function madePool(root: string, states: number, size: number, mode: 'chain' | 'clone' = 'chain') {
  const pool = createReplicaPool(root, 'dpm01.contoso.com', await loadHostFiles());
  const contents = [new Random(1).bytes(size)];
  await protect(pool, sourceOf(contents[0]!), { name: 'vm', mode });
  for (let i = 1; i < states; i++) {
    contents.push(mutate(contents[i - 1]!, new Random(i), 6));
    await backup(pool, 'vm', sourceOf(contents[i]!));
  }
  const expectWhole = (): void => {
    const { container } = pool.find('vm');
    const found = container.states();
    expect(found).toHaveLength(contents.length);
    for (const [i, state] of found.entries())
      expect(Buffer.compare(bytesOf(container, state), contents[i]!), `state ${i}`).toBe(0);
  };
  return { pool, contents, expectWhole };
}

/** A tmpfs of so many MiB. */
function tmpfs(mib: number): string {
  const mount = join(tempFolder(), 'full');
  mkdirSync(mount);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}M`, 'tmpfs', mount]);
  // The descriptor through which this process had a disk begin to write is closed a moment after the job.
  onTestFinished(async () => void (await vi.waitFor(() => execFileSync('umount', [mount], { stdio: 'ignore' }))));
  return mount;
}

describe.skipIf(without(...needs))(title('media', ...needs), () => {
  it('a read-only pool is read without leases, and every command that writes says why it cannot', async () => {
    const root = join(tempFolder(), 'pool');
    const { pool, contents } = await madePool(root, 3, MIB);
    const source = join(tempFolder(), 'source.raw');
    writeFileSync(source, contents[0]!);
    const before = digestTree(root);
    const view = readOnlyView(root);
    const disk = pool.find('vm').container.states()[0]!.path.replace(root, view);

    expect(pitvault('scan', view).code).toBe(0);
    expect(pitvault('hash', disk).code).toBe(0);
    const info = pitvaultJson<{ findings: { code: string; severity: string }[] }>('info', disk);
    expect(info.findings).toContainEqual(expect.objectContaining({ code: 'LEASE_NOT_TAKEN', severity: 'info' }));
    const report = pitvaultJson<{ totals: { verified: number }; findings: { code: string }[] }>('verify', view);
    expect(report.totals.verified).toBe(3);
    expect(report.findings.map(({ code }) => code)).toContain('LEASE_NOT_TAKEN');

    for (const args of [
      ['protect', source, '--pool', view],
      ['backup', source, '--pool', view, '--replica', 'vm'],
      ['consistency-check', source, '--pool', view, '--replica', 'vm'],
      ['prune', view, '--keep', '1', '--apply'],
      ['init', join(readOnlyView(tempFolder()), 'other'), '--server', 'dpm02.contoso.com'],
    ]) {
      const refused = pitvault(...args);
      expect(refused.err, args[0]).toMatch(/EROFS|read-only/);
      expect(refused.err, args[0]).toContain('what to do: ');
      expect(refused.code, args[0]).toBe(7);
      const { error } = JSON.parse(pitvault(...args, '--json').out) as { error: { kind: string; code: string } };
      expect(error, args[0]).toMatchObject({ kind: 'io', code: 'EROFS' });
    }
    const sealed = pitvault('verify', view, '--seal'); // what it found is told all the same
    expect(sealed.out).toMatch(/EROFS.*read-only[\s\S]*3 of 3 states verified/);
    expect(sealed.code).toBe(7);
    expect(digestTree(root)).toEqual(before);
  });

  it('a full disk costs the backup that met it, and nothing else', async () => {
    const folder = tmpfs(48);
    const root = join(folder, 'pool');
    const { expectWhole, contents, pool } = await madePool(root, 3, 8 * MIB);
    const filler = join(folder, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(64 * MIB, 1));
    } catch {
      // as much as there was room for
    }
    const source = join(tempFolder(), 'source.raw');
    const next = new Random(9).bytes(8 * MIB);
    writeFileSync(source, next);
    const args = ['backup', source, '--pool', root, '--replica', 'vm'];
    const refused = pitvault(...args);
    expect(refused.code).toBe(7);
    expect(refused.err).toMatch(/ENOSPC[\s\S]*what to do: free space/);
    expectWhole();
    expect(pitvault('hash', pool.find('vm').container.replica()!.path).code).toBe(0); // read without a lease if need be
    execFileSync('rm', [filler]);
    expect(pitvault(...args).code).toBe(0);
    contents.push(next);
    expectWhole();
  });

  it('an initial replica that filled the disk is gone on with when there is room', () => {
    const folder = tmpfs(160);
    const root = join(folder, 'pool');
    createReplicaPool(root, 'dpm01.contoso.com');
    const bytes = new Random(5).bytes(200 * MIB);
    const source = join(tempFolder(), 'source.raw');
    writeFileSync(source, bytes);
    const args = ['protect', source, '--pool', root, '--name', 'vm', '--mode', 'chain'];
    const refused = pitvault(...args);
    expect(refused.code).toBe(7);
    expect(refused.err).toMatch(/ENOSPC[\s\S]*free space.*--restart/);
    const { unfinished } = pitvaultJson<{ unfinished: { name: string }[] }>('points', root);
    expect(unfinished).toMatchObject([{ name: 'vm' }]);
    execFileSync('mount', ['-o', 'remount,size=400M', folder]);
    const report = pitvaultJson<{ keptBytes: number; writtenBytes: number }>(...args);
    expect(report.keptBytes).toBeGreaterThan(60 * MIB);
    expect(report.writtenBytes).toBe(bytes.length - report.keptBytes);
    const [folderOfReplica] = readdirSync(join(root, 'dpm01.contoso.com'));
    const disk = join(root, 'dpm01.contoso.com', folderOfReplica!, folderOfReplica!, 'disk0.vhdx');
    expect(pitvaultJson<{ sha256: string }>('hash', disk).sha256).toBe(
      execFileSync('sha256sum', [source], { encoding: 'utf8' }).slice(0, 64),
    );
  });

  // The file system has accepted the bytes; only a flush tells that they did not arrive.
  it.skipIf(without('mkfs.ext4', 'mkfs.xfs')).each([
    ['mkfs.ext4', 'chain'],
    ['mkfs.xfs', 'clone'],
  ])(
    title(
      'a device that fails to store what was written (%s) costs the backup, and nothing else',
      'mkfs.ext4',
      'mkfs.xfs',
    ),
    async (make, mode) => {
      const memory = tmpfs(760);
      const [image, mount] = [join(memory, 'image'), join(tempFolder(), 'mount')];
      writeFileSync(image, '');
      truncateSync(image, 2 ** 30);
      execFileSync(make, ['-q', image], { stdio: 'ignore' });
      mkdirSync(mount);
      const attach = (): void => void execFileSync('mount', ['-o', 'loop', image, mount]);
      attach();
      onTestFinished(() => void execFileSync('umount', [mount]));
      const root = join(mount, 'pool');
      const { contents, expectWhole } = await madePool(root, 2, 64 * MIB, mode as 'chain' | 'clone');
      execFileSync('sync', ['-f', mount]);
      const next = new Random(77).bytes(64 * MIB);
      const source = join(tempFolder(), 'source.raw');
      writeFileSync(source, next);
      const filler = join(memory, 'filler');
      const room = statfsSync(memory);
      writeFileSync(filler, new Uint8Array(room.bavail * room.bsize - 24 * MIB));

      const args = ['backup', source, '--pool', root, '--replica', 'vm'];
      const refused = pitvault(...args);
      expect(refused.code).toBe(7);
      expect(refused.err).toMatch(/(ENOSPC|EIO).*fdatasync[\s\S]*what to do/);
      rmSync(filler);
      // What the kernel holds of writes that failed is not what the device has. A hint to write out may still be under way.
      await vi.waitFor(() => execFileSync('umount', [mount], { stdio: 'ignore' }));
      attach();
      expectWhole();
      expect(pitvault(...args).code).toBe(0);
      contents.push(next);
      expectWhole();
      expect(pitvault('verify', root).code).toBe(0);
    },
  );
});
