/**
 * Goal: whatever ends a recovery, a final name holds nothing or the whole file, and the next run brings the rest.
 * Method: the built command line on a volume of a large file and many small ones, killed or interrupted at random times;
 * on a target that is too small; on one that takes names for the same that are not.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NtfsBuilder } from '../support/ntfs-builder.ts';
import { Random } from '../support/random.ts';
import { removeFolder } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, pitvault, run, title, without } from '../support/tools.ts';

const MIB = 2 ** 20;
const LARGE = 300;
const SMALL = 3000;
const tools = ['mkntfs', 'ntfs-3g', 'lowntfs-3g', 'mount'] as const;

type Report = { files: { path: string; target: string; sha256: string; status: string }[]; totals: { failed: number } };

/** Ends the command after a while, and says with what code it ended. */
async function interrupted(signal: 'SIGKILL' | 'SIGINT', after: number, ...args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  await Promise.race([sleep(after), ended]);
  child.kill(signal);
  return ended;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe.skipIf(without(...tools))(title('interrupted recovery', ...tools), () => {
  let folder: string;
  let image: string;
  const truth = new Map<string, string>();

  beforeAll(() => {
    folder = run('mktemp', '-d', '-t', 'pitvault-interrupt-XXXXXX').trim();
    image = join(folder, 'volume.raw');
    run('truncate', '-s', `${LARGE + 100}M`, image);
    run('mkntfs', '-F', '-Q', '-q', image);
    const mount = join(folder, 'mnt');
    mkdirSync(mount);
    run('ntfs-3g', image, mount);
    try {
      const block = Buffer.alloc(MIB);
      const hash = createHash('sha256');
      for (let i = 0; i < LARGE; i++) {
        block.fill(`block ${i} `);
        writeFileSync(join(mount, 'large.bin'), block, { flag: 'a' });
        hash.update(block);
      }
      truth.set('large.bin', hash.digest('hex'));
      mkdirSync(join(mount, 'small'));
      for (let i = 0; i < SMALL; i++) {
        const bytes = Buffer.from(`small file ${i} `.repeat(i % 200));
        writeFileSync(join(mount, 'small', `${i}.txt`), bytes);
        truth.set(`small/${i}.txt`, digest(bytes));
      }
    } finally {
      run('umount', mount);
    }
  });
  afterAll(() => removeFolder(folder));

  const words = (out: string): string[] => ['recover', image, '--files', 'large.bin', 'small/**', '--out', out];

  /** Every file under a final name is whole; returns how many there are. */
  function published(out: string): number {
    let count = 0;
    for (const [path, sha256] of truth) {
      if (!existsSync(join(out, path))) continue;
      count++;
      expect(digest(readFileSync(join(out, path))), path).toBe(sha256);
    }
    return count;
  }

  it.each(['SIGKILL', 'SIGINT'] as const)('%s at random times', async (signal) => {
    const random = new Random();
    const out = join(tempFolder(), 'out');
    for (let round = 0; round < 6; round++) {
      const after = 50 + random.below(900);
      const code = await interrupted(signal, after, ...recoverWords(out));
      const what = `seed ${random.seed}: round ${round}, ${after} ms`;
      expect([null, 0, 130], what).toContain(code);
      if (!existsSync(out)) continue;
      const done = published(out);
      expect(code === 0 || signal === 'SIGKILL' || done === 0 || done === truth.size, what).toBe(true);
      for (const name of readdirSync(out).filter((entry) => entry.startsWith('.pitvault-')))
        expect(statSync(join(out, name)).mode & 0o777, what).toBe(0o700);
    }
    const outcome = pitvault(...recoverWords(out), '--json');
    expect(outcome.code, `seed ${random.seed}`).toBe(0);
    expect(published(out)).toBe(truth.size);
    expect(readdirSync(out).sort()).toEqual(['large.bin', 'recovery-report.json', 'small']);
    const { files } = JSON.parse(outcome.out) as Report;
    for (const [path, sha256] of truth)
      expect(files.find((file) => file.target === path)?.sha256, `seed ${random.seed}: ${path}`).toBe(sha256);
  });

  function recoverWords(out: string): string[] {
    return words(out).flatMap((word) => (word === 'small/**' ? ['--files', word] : [word]));
  }

  it('a target that is too small: nothing under a final name, and more space brings the rest', () => {
    const mount = join(tempFolder(), 'small-target');
    mkdirSync(mount);
    run('mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', mount);
    try {
      const out = join(mount, 'out');
      const outcome = pitvault(...recoverWords(out));
      expect(outcome.code).toBe(7);
      expect(outcome.err).toMatch(/is full[\s\S]*free space there and run the same command again/);
      expect(published(out)).toBe(0);
      run('mount', '-o', 'remount,size=800m', mount);
      expect(pitvault(...recoverWords(out)).code).toBe(0);
      expect(published(out)).toBe(truth.size);
    } finally {
      run('umount', mount);
    }
  });

  it('a read-only target says so', () => {
    const mount = join(tempFolder(), 'read-only');
    mkdirSync(mount);
    run('mount', '-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs', mount);
    try {
      for (const out of [mount, join(mount, 'a/b')]) {
        const outcome = pitvault(...recoverWords(out));
        expect(outcome.err).toContain('read-only');
        expect(outcome.code).toBe(7);
      }
    } finally {
      run('umount', mount);
    }
  });

  it('a target that ignores case keeps both of two names', () => {
    const builder = new NtfsBuilder();
    const contents = { 'File.txt': 'one', 'file.TXT': 'two', 'FILE.txt': 'three' };
    for (const [name, content] of Object.entries(contents)) builder.add({ name, content, namespace: 0 });
    const place = tempFolder();
    const volume = join(place, 'cases.raw');
    writeFileSync(volume, builder.build());
    const careless = join(place, 'careless.raw');
    const mount = join(place, 'mnt');
    mkdirSync(mount);
    run('truncate', '-s', '40M', careless);
    run('mkntfs', '-F', '-Q', '-q', careless);
    run('lowntfs-3g', '-o', 'ignore_case', careless, mount);
    try {
      const out = join(mount, 'out');
      const outcome = pitvault('recover', volume, '--files', '*.txt', '--out', out, '--json');
      expect(outcome.code).toBe(0);
      const { files } = JSON.parse(outcome.out) as Report;
      expect(files.map((file) => readFileSync(join(out, file.target), 'utf8')).sort()).toEqual(['one', 'three', 'two']);
    } finally {
      run('umount', mount);
    }
  });
});
