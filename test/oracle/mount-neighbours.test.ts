/**
 * Goal: a mount leaves alone what is not its own: file systems that others mount over it or in its place, the disk it was
 * started from; and it never waits for itself. Method: the built command line, other mounts of this machine, killed servers.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isGone, mountSetup, mounts, serverOf } from '../support/mounts.ts';
import { NtfsBuilder } from '../support/ntfs-builder.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, pitvault, run, title, without } from '../support/tools.ts';

const needs = ['root', '/dev/fuse', 'mount', 'umount', 'stat'];

describe.skipIf(without(...needs))(title('a mount among others', ...needs), () => {
  let image: string;

  beforeEach(() => {
    const builder = new NtfsBuilder();
    builder.add({ name: 'file', content: 'of the image' });
    image = join(tempFolder(), 'volume.raw');
    writeFileSync(image, builder.build());
  });

  /** Mounts memory over the folder, with one file in it; returns how to end that. */
  function cover(folder: string): () => void {
    run('mount', '-t', 'tmpfs', 'memory', folder);
    let isThere = true;
    const end = (): void => {
      if (isThere) run('umount', folder);
      isThere = false;
    };
    onTestFinished(end);
    writeFileSync(join(folder, 'precious'), 'nowhere else');
    return end;
  }
  const isCovered = (folder: string): boolean => readFileSync(join(folder, 'precious'), 'utf8') === 'nowhere else';

  it('what somebody has mounted over it is not unmounted in its place, whoever ends it', async () => {
    const { folder, command } = mountSetup();
    expect(command('mount', image, folder).err).toBe('');
    const uncover = cover(folder);
    const { code, err } = command('unmount', folder);
    expect([code, err]).toEqual([6, expect.stringMatching(/FUSE_COVERED/)]);
    expect([mounts(folder), isCovered(folder)]).toEqual([2, true]);
    const pid = serverOf(command);
    process.kill(pid, 'SIGTERM');
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
    for (const word of ['mounts', 'mountvol', 'mounts']) {
      const { code, err } = command(word);
      expect([word, code, err]).toEqual([word, 0, expect.stringMatching(/stays for now.*tmpfs/)]);
      expect([mounts(folder), isCovered(folder)]).toEqual([2, true]);
    }
    uncover();
    expect(command('mounts').err).toContain('cleaned away');
    expect(mounts(folder)).toBe(0);
  });

  it('of a mount that was killed and unmounted by hand, nothing stands in the way, nor is what others mount there since', async () => {
    const { folder, command } = mountSetup();
    const other = mountSetup().command;
    expect(command('mount', image, folder).err).toBe('');
    const pid = serverOf(command);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
    run('umount', folder);
    expect(other('mount', image, folder).err).toBe('');
    expect(command('mounts').code).toBe(0);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('of the image');
    expect(other('unmount', folder).code).toBe(0);
  });

  it('what a killed server left is cleaned also where the kernel still tells its names', async () => {
    const { folder, command } = mountSetup();
    expect(command('mount', image, folder).err).toBe('');
    run('stat', folder);
    const pid = serverOf(command);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
    expect(command('mounts').err).toContain('cleaned away');
    expect(mounts(folder)).toBe(0);
  });

  it('what cannot be looked at, as a tool is missing, stays and is told, by the words too', async () => {
    const { folder, command } = mountSetup();
    expect(command('mount', image, folder).err).toBe('');
    const pid = serverOf(command);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
    for (const word of ['mounts', 'mountvol']) {
      const env = { PATH: tempFolder(), PITVAULT_STATE: join(dirname(folder), 'state') };
      const { stderr } = spawnSync(process.execPath, [CLI, word], { env, encoding: 'utf8' });
      expect([word, stderr]).toEqual([word, expect.stringMatching(/stays for now: nobody can tell.*stat/)]);
      expect(mounts(folder)).toBe(1);
    }
    expect(command('mountvol').err).toContain('cleaned away');
    expect(mounts(folder)).toBe(0);
  });

  it.skipIf(without('unshare', 'nsenter'))(
    'one in another mount namespace cannot be ended from here, and it is told how',
    async () => {
      const { folder, command } = mountSetup();
      // Its server keeps the namespace of the shell that has started it.
      const env = { ...process.env, PITVAULT_STATE: join(dirname(folder), 'state') };
      const line = ['-m', process.execPath, CLI, 'mount', image, folder];
      expect(spawnSync('unshare', line, { encoding: 'utf8', env })).toMatchObject({ status: 0, stderr: '' });
      const pid = serverOf(command);
      const { code, err } = command('unmount', folder);
      const told = `mounted in the mount namespace of process ${pid}, not in this one`;
      expect([code, mounts(folder), err]).toEqual([3, 0, expect.stringContaining(told)]);
      run('sh', '-c', /what to do: (.*)/.exec(err)![1]!);
      await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
      expect(command('unmount', folder).err).toContain('is no mount of pitvault');
    },
  );

  it('a folder with the parent of a differencing disk in it does not have it wait for itself', () => {
    const { folder, command } = mountSetup();
    const [parent, child] = [join(folder, 'parent.vhdx'), join(tempFolder(), 'child.vhdx')];
    expect(pitvault('convert', image, parent).code).toBe(0);
    expect(pitvault('create', child, '--parent', parent).code).toBe(0);
    expect(command('mount', child, folder).err).toBe('');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('of the image');
    expect(command('unmount', folder).code).toBe(0);
  });

  it('replicas of a pool are shown by their names, whatever these hold', () => {
    const { folder, command } = mountSetup();
    const pool = join(tempFolder(), 'pool');
    expect(pitvault('init', pool, '--server', 'dpm.contoso.com').code).toBe(0);
    for (const name of ['My disk', 'a/b', '..']) {
      expect(pitvault('protect', image, '--pool', pool, '--name', name).err).toBe('');
    }
    expect(command('mount', pool, folder).err).toBe('');
    const shown = readdirSync(join(folder, 'dpm.contoso.com')).toSorted();
    expect(shown).toEqual(['My disk', 'a\u2215b', '\u2025']);
    for (const name of shown) {
      expect(readFileSync(join(folder, 'dpm.contoso.com', name, 'live', 'file'), 'utf8')).toBe('of the image');
    }
    expect(command('unmount', folder).code).toBe(0);
  });

  it('its server keeps no folder busy: not that in which it was started', () => {
    const { folder, command } = mountSetup();
    expect(command('mount', image, folder).code).toBe(0);
    expect(readlinkSync(`/proc/${serverOf(command)}/cwd`)).toBe('/');
    expect(command('unmount', folder).code).toBe(0);
  });
});
