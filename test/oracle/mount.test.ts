/**
 * Goal: a mount shows exactly the files of its source to any program, refuses every write, outlives its shell, and leaves
 * nothing behind. Method: the sample pool, and a volume of 20,000 files, mounted by the built command line, read by other
 * people's tools, several at once, and compared with the truth; its server killed.
 */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryOf, mountSetup, mounts, serverOf } from '../support/mounts.ts';
import { Random } from '../support/random.ts';
import { SAMPLE_ZIP, states } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, run, sha256Of, title, without } from '../support/tools.ts';

const needs = ['root', '/dev/fuse', 'sha256sum', 'rsync'];

/** Ends with what `find` and `sha256sum` say of all files below a folder, in their own order. */
function hashAll(folder: string): Promise<string> {
  return new Promise((resolve) => {
    // What they complain of is not kept: nobody reads it, and a full pipe would stop them.
    const reader = spawn('sh', ['-c', 'cd "$0" && find . -type f -print0 | xargs -0 sha256sum', folder], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    reader.stdout.setEncoding('utf8').on('data', (part) => {
      out += part;
    });
    reader.on('close', () => resolve(out));
  });
}

const makers = ['mkntfs', 'ntfs-3g', 'umount'];

describe.skipIf(without(...needs, ...makers))(title('a mounted volume of 20,000 files', ...needs, ...makers), () => {
  const COUNT = 20_000;
  let image: string;
  let home: string;
  let truth: Map<string, string>;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
    image = join(home, 'volume.raw');
    const target = join(home, 'written');
    truth = new Map();
    writeFileSync(image, '');
    truncateSync(image, 256 * 2 ** 20);
    mkdirSync(target);
    run('mkntfs', '-Q', '-F', '-q', '-p', '0', '-H', '0', '-S', '0', image);
    run('ntfs-3g', image, target);
    const random = new Random();
    const noise = Buffer.from(random.bytes(2 ** 16));
    for (let index = 0; index < COUNT; index++) {
      const folder = `folder ${index % 97}`;
      if (index < 97) mkdirSync(join(target, folder));
      // Resident and not, some of them large; no two alike.
      const size = index % 500 === 0 ? 50_000 : random.below(3000);
      const start = random.below(noise.length - size);
      const bytes = Buffer.concat([Buffer.from(`${index}:`), noise.subarray(start, start + size)]);
      const path = `./${folder}/file ${index}.bin`;
      writeFileSync(join(target, path), bytes);
      truth.set(path, createHash('sha256').update(bytes).digest('hex'));
    }
    run('umount', target);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('equals what was written, by hash, read by four processes at once', async () => {
    const { folder, command } = mountSetup();
    expect(command('mount', image, folder).err).toBe('');
    for (const output of await Promise.all([1, 2, 3, 4].map(() => hashAll(folder)))) {
      const lines = output.trimEnd().split('\n');
      expect(lines).toHaveLength(COUNT);
      const wrong = lines.filter((line) => truth.get(line.slice(66)) !== line.slice(0, 64));
      expect(wrong.slice(0, 3)).toEqual([]);
    }
    expect(command('unmount', folder).code).toBe(0);
  });

  it('a long listing ends at Ctrl-C, whatever it is doing', async () => {
    const listing = spawn(process.execPath, [CLI, 'ls', '-lR', '--streams', '--json', image]);
    listing.stdout.once('data', () => void listing.kill('SIGINT')).resume();
    const outcome = await new Promise((resolve) => listing.on('close', (code, signal) => resolve(signal ?? code)));
    expect(outcome).toBe('SIGINT');
  });

  it('its server takes 80 MiB at rest, and 160 at most when all is listed and copied', async () => {
    const { folder, command } = mountSetup();
    command('mount', image, folder);
    const server = serverOf(command);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(memoryOf(server, 'VmRSS')).toBeLessThan(80);
    run('ls', '-lR', folder);
    run('cp', '-r', folder, join(tempFolder(), 'copy'));
    expect(memoryOf(server, 'VmHWM')).toBeLessThan(160);
    expect(command('unmount', folder).code).toBe(0);
  });

  it('killed under its readers, it leaves none of them hanging, and the next mount works', async () => {
    const { folder, command } = mountSetup();
    command('mount', image, folder);
    const readers = [1, 2, 3, 4].map(() => hashAll(folder));
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(serverOf(command), 'SIGKILL');
    const read = await Promise.all(readers); // a reader that hangs runs into the limit of the test
    for (const output of read) expect(output.split('\n').length).toBeLessThan(COUNT);
    const again = command('mount', image, folder);
    expect([again.code, again.err]).toEqual([0, `cleaned away what was left of the mount on ${folder}\n`]);
    const [path, sha256] = [...truth][COUNT - 1]!;
    expect(sha256Of(join(folder, path))).toBe(sha256);
    expect(command('unmount', folder).code).toBe(0);
  }, 60_000);
});

describe.skipIf(without(...needs))(title('a mounted pool', ...needs), () => {
  it('every file of every sound point, read by four programs at once', async () => {
    const { folder, command } = mountSetup();
    expect(command('mount', SAMPLE_ZIP, folder).err).toBe('');
    // A point of a file system that is not read is named with its error; the others are walked all the same.
    const list = spawnSync('find', [folder, '-type', 'f', '-print0'], { encoding: 'utf8' });
    expect(list.stdout.split('\0').length).toBeGreaterThan(20);
    expect(list.stderr).toMatch(/live.: Operation not supported\n$/);
    const readers = [1, 2, 3, 4].map(
      () =>
        new Promise<string>((resolve) => {
          const reader = spawn('sh', [
            '-c',
            'find "$0" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum',
            folder,
          ]);
          let out = '';
          reader.stdout.setEncoding('utf8').on('data', (part) => {
            out += part;
          });
          reader.on('close', () => resolve(out));
        }),
    );
    const outputs = await Promise.all(readers);
    expect(new Set(outputs).size).toBe(1);
    const digests = new Set(outputs[0]!.split('\n').map((line) => line.split('  ')[0]!.replace(/^\\/, '')));
    let compared = 0;
    for (const state of states.filter(({ condition }) => condition === 'sound')) {
      for (const file of state.files) {
        expect(digests.has(file.sha256), `${state.id} ${file.path}`).toBe(true);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(10);
    expect(command('unmount', folder).code).toBe(0);
    expect(mounts(folder)).toBe(0);
    expect(JSON.parse(command('mounts', '--json').out)).toEqual([]);
  });

  it('rsync copies a tree out of it, and every write is refused', () => {
    const { folder, command } = mountSetup();
    expect(
      command('mount', SAMPLE_ZIP, folder, '--replica', '850b95be-b942-4351-83bd-0a1815a936b2', '--latest').code,
    ).toBe(0);
    const copy = tempFolder();
    run('rsync', '-a', `${folder}/`, copy);
    run('diff', '-r', folder, copy);
    const file = run('find', folder, '-type', 'f').split('\n')[0]!;
    for (const attempt of [
      ['touch', join(folder, 'new')],
      ['mkdir', join(folder, 'new')],
      ['rm', '-f', file],
      ['mv', file, join(folder, 'new')],
      ['ln', '-s', 'x', join(folder, 'new')],
      ['chmod', '600', file],
      ['truncate', '-s', '0', file],
      ['sh', '-c', 'echo x >> "$0"', file],
    ]) {
      const { status, stderr } = spawnSync(attempt[0]!, attempt.slice(1), { encoding: 'utf8' });
      expect(status, attempt.join(' ')).not.toBe(0);
      expect(stderr).toMatch(/Read-only file system/);
    }
  });

  it('in use, it stays; lazily it goes when the last one has left', () => {
    const { folder, command } = mountSetup();
    command('mount', SAMPLE_ZIP, folder);
    const inside = spawn('sleep', ['30'], { cwd: folder });
    const busy = command('unmount', folder);
    expect([busy.code, busy.err.includes('in use')]).toEqual([6, true]);
    expect(mounts(folder)).toBe(1);
    inside.kill('SIGKILL');
    expect(command('unmount', folder, '--lazy').code).toBe(0);
    expect(mounts(folder)).toBe(0);
  });

  it('a killed server hangs nobody, and the next start cleans what it left', () => {
    const { folder, command } = mountSetup();
    command('mount', SAMPLE_ZIP, folder);
    process.kill(serverOf(command), 'SIGKILL');
    expect(spawnSync('ls', ['-lR', folder], { timeout: 20_000 }).error).toBeUndefined();
    const again = command('mount', SAMPLE_ZIP, folder);
    expect([again.code, again.err]).toEqual([0, `cleaned away what was left of the mount on ${folder}\n`]);
    expect(readdirSync(folder)).toContain('dpm01.contoso.com');
    expect(command('unmount', folder).code).toBe(0);
  });

  it('a signal ends it; so does time without a reader', async () => {
    const { folder, command } = mountSetup();
    command('mount', SAMPLE_ZIP, folder);
    process.kill(serverOf(command), 'SIGTERM');
    await expect.poll(() => mounts(folder), { timeout: 10_000 }).toBe(0);
    command('mount', SAMPLE_ZIP, folder, '--idle', '1');
    expect(mounts(folder)).toBe(1);
    await expect.poll(() => mounts(folder), { timeout: 20_000 }).toBe(0);
  });

  it('says what is wrong: no folder, no image', () => {
    const { folder, command } = mountSetup();
    expect(command('mount', SAMPLE_ZIP, join(folder, 'nowhere')).err).toMatch(/make an empty folder/);
    expect(command('mount', '/nowhere.vhdx', folder).code).toBe(3);
    for (const seconds of ['abc', '0']) expect(command('mount', SAMPLE_ZIP, folder, '--idle', seconds).code).toBe(2);
    expect(mounts(folder)).toBe(0);
  });
});
