/**
 * Goal: prune, merge, compact, resize and repair that are killed at any moment leave every state and every disk as it
 * was or as it was to become, and run to their end afterwards. Method: the built command is killed (SIGKILL) after random
 * times within the time that it takes, then everything is opened and read. Seeded: SEED=N, ROUNDS=N.
 */

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../src/backup/backup.ts';
import { bestMode, createReplicaPool, openReplicaPool } from '../../src/backup/pool-on-disk.ts';
import { protect } from '../../src/backup/protect.ts';
import { openImage } from '../../src/image/image.ts';
import { DiskStore } from '../../src/io/disk-store.ts';
import { createImage } from '../../src/maintenance/create-image.ts';
import { VhdxWriter } from '../../src/vhdx/vhdx-writer.ts';
import { loopMount } from '../support/loop-mount.ts';
import { Random } from '../support/random.ts';
import { bytesOf, mutate, sourceOf } from '../support/replica-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, title, without } from '../support/tools.ts';
import { sha256Of } from '../support/vhdx-reading.ts';

const SEED = Number(process.env['SEED'] ?? 1);
const ROUNDS = Number(process.env['ROUNDS'] ?? 24);
const MIB = 2 ** 20;
/** Before this the command has not begun to work. */
const START_MS = 70;

type Outcome = { readonly code: number | null; readonly ms: number };

/** Runs the command; killed after so many milliseconds unless it has ended by then. `code` null: killed. */
function run(args: readonly string[], killAfterMs = 600_000): Promise<Outcome> {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, ms: performance.now() - start });
    });
  });
}

/** Times at which to kill what takes `ms` in all. */
function killTime(random: Random, ms: number): number {
  return START_MS + random.below(Math.max(1, Math.round(ms - START_MS)));
}

/** Does the work once to its end, to see how long it takes, then killed in each round. */
async function killLoop(
  random: Random,
  prepare: () => readonly string[],
  judge: (isDone: boolean, round: number) => Promise<void>,
): Promise<number> {
  const whole = await run(prepare());
  expect(whole.code).toBe(0);
  await judge(true, -1);
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const args = prepare();
    const { code } = await run(args, killTime(random, whole.ms));
    if (code === null) killed++;
    else expect(code, `round ${round}, seed ${SEED}`).toBe(0);
    await judge(code === 0, round);
    if (code === 0) continue;
    expect((await run(args)).code, `round ${round} again, seed ${SEED}`).toBe(0);
    await judge(true, round);
  }
  return killed;
}

describe.each([
  ['chain', 'mkfs.ext4'],
  ['clone', 'mkfs.xfs'],
] as const)('prune --apply in a %s', (mode, make) => {
  const needs = ['root', 'mount', 'umount', make];
  it.skipIf(without(...needs))(
    title('every state that stays reads as ever, those that go go together', ...needs),
    async () => {
      const random = new Random(SEED);
      const root = join(loopMount(make, 1), 'pool');
      const pool = createReplicaPool(root, 'dpm01.contoso.com');
      expect(bestMode(pool)).toBe(mode);
      const contents = new Map<string, Uint8Array>();
      let bytes = random.bytes(4 * MIB);
      contents.set((await protect(pool, sourceOf(bytes), { name: 'vm', mode, depthMax: 5 })).state, bytes);
      let before: readonly string[] = [];
      const fill = async (): Promise<void> => {
        while (pool.find('vm').container.states().length < 7) {
          bytes = mutate(bytes, random, 60);
          contents.set((await backup(pool, 'vm', sourceOf(bytes))).state, bytes);
        }
        before = pool
          .find('vm')
          .container.states()
          .map(({ guid }) => guid!);
      };
      const args = ['prune', root, '--keep', '2', '--apply'];
      const judge = (isDone: boolean, round: number): void => {
        const opened = openReplicaPool(root);
        const entry = opened.find('vm');
        const seen = (): string[] => entry.container.states().map(({ guid }) => guid!);
        const found = seen();
        expect(isDone ? [before.slice(-3)] : [before, before.slice(-3)], `round ${round}, seed ${SEED}`).toContainEqual(
          found,
        );
        const read = (): void => {
          for (const state of entry.container.states())
            expect(Buffer.compare(bytesOf(entry.container, state), contents.get(state.guid!)!), `round ${round}`).toBe(
              0,
            );
        };
        read(); // as it was left
        opened.lock(entry)[Symbol.dispose]();
        expect(seen()).toEqual(found);
        read(); // and when the next writer has finished it
      };
      await fill();
      const whole = await run(args);
      expect(whole.code).toBe(0);
      judge(true, -1);
      let killed = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await fill();
        const { code } = await run(args, killTime(random, whole.ms));
        if (code === null) killed++;
        else expect(code).toBe(0);
        judge(code === 0, round);
      }
      console.log(`prune, ${mode}: ${killed} of ${ROUNDS} killed within ${Math.round(whole.ms)} ms`);
      expect(killed).toBeGreaterThan(0);
    },
  );
});

describe('images', () => {
  /** A dynamic disk of 48 MiB with data, zeros and gaps, and a child that differs in a third of it. */
  async function family(folder: string, random: Random) {
    const [parent, child] = [join(folder, 'parent.vhdx'), join(folder, 'child.vhdx')];
    await createImage(parent, { size: 48 * MIB, blockSize: MIB });
    write(parent, (disk) => {
      for (let at = 0; at < 48; at += 1) if (random.below(4) > 0) disk.write(at * MIB, random.bytes(MIB));
      for (let at = 5; at < 48; at += 6) disk.write(at * MIB, new Uint8Array(MIB));
    });
    await createImage(child, { parent });
    write(child, (disk) => {
      for (let at = 0; at < 48; at += 1)
        if (random.below(3) === 0) disk.write(at * MIB + 8192, random.bytes(600 * 1024));
      disk.trim(20 * MIB, 3 * MIB);
    });
    return { parent, child };
  }

  function write(path: string, work: (disk: VhdxWriter) => void): void {
    const disk = VhdxWriter.open(new DiskStore().openWritable(path));
    work(disk);
    disk.close();
  }

  /** Size and SHA-256 of the disk; throws what is wrong with it. */
  async function look(path: string): Promise<{ size: number; sha: string }> {
    await using image = await openImage(path);
    const error = [...image.disk.check()].find(({ severity }) => severity === 'error');
    if (error !== undefined) throw new Error(`${path}: ${error.message}`);
    return { size: image.disk.size, sha: sha256Of(image.disk) };
  }

  const claims = (folder: string): string[] => readdirSync(folder).filter((name) => name.includes('.held-by-'));

  it('merge: child over parent is the disk until the parent alone is', async () => {
    const random = new Random(SEED);
    const [made, work] = [tempFolder(), tempFolder()];
    const { child } = await family(made, random);
    const { sha } = await look(child);
    const prepare = (): string[] => {
      for (const name of ['parent.vhdx', 'child.vhdx']) copyFileSync(join(made, name), join(work, name));
      return ['merge', join(work, 'child.vhdx')];
    };
    const killed = await killLoop(random, prepare, async (isDone, round) => {
      const alone = await look(join(work, 'parent.vhdx'));
      if (alone.sha === sha) return;
      expect(isDone, `round ${round}, seed ${SEED}`).toBe(false);
      expect((await look(join(work, 'child.vhdx'))).sha, `round ${round}, seed ${SEED}`).toBe(sha);
    });
    expect(claims(work)).toEqual([]);
    console.log(`merge: ${killed} of ${ROUNDS} killed`);
    expect(killed).toBeGreaterThan(0);
  });

  it.each([
    ['compact', ['compact'], [48 * MIB]],
    ['resize, growing', ['resize', '--size', '900M'], [48 * MIB, 900 * MIB]],
    ['resize, shrinking', ['resize', '--size', '40M', '--force'], [48 * MIB, 40 * MIB]],
  ] as const)('%s: every byte stays, the size is the old or the new', async (what, [command, ...rest], sizes) => {
    const random = new Random(SEED);
    const [made, work] = [tempFolder(), tempFolder()];
    const { parent } = await family(made, random);
    const path = join(work, 'disk.vhdx');
    const before = await look(parent);
    const after = new Map<number, string>([[before.size, before.sha]]);
    const dirty = join(made, 'dirty');
    mkdirSync(dirty);
    const prepare = (): string[] => {
      copyFileSync(parent, path);
      return [command, path, ...rest];
    };
    let dirtied = 0;
    const killed = await killLoop(random, prepare, async (isDone, round) => {
      const { size, sha } = await look(path);
      expect(isDone ? [sizes.at(-1)] : sizes, `round ${round}, seed ${SEED}`).toContain(size);
      if (!after.has(size)) after.set(size, sha); // the first run was whole: it says what the new size holds
      expect(sha, `round ${round}, seed ${SEED}`).toBe(after.get(size));
      if (!isDone) copyFileSync(path, join(dirty, String(dirtied++)));
    });
    expect(claims(work)).toEqual([]);
    console.log(`${what}: ${killed} of ${ROUNDS} killed`);
    expect(killed).toBeGreaterThan(0);

    // What was left, mostly with a dirty log, is what repair is for.
    let repairs = 0;
    for (const name of readdirSync(dirty)) {
      const left = await look(join(dirty, name));
      copyFileSync(join(dirty, name), path);
      const { code } = await run(['repair', path], killTime(random, 150));
      if (code === null) repairs++;
      expect(await look(path), `repair of ${name}, seed ${SEED}`).toEqual(left);
      expect((await run(['repair', path])).code).toBe(0);
      expect(await look(path), `repair of ${name}, seed ${SEED}`).toEqual(left);
    }
    console.log(`repair after ${what}: ${repairs} of ${dirtied} killed`);
  });
});
