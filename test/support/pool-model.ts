/**
 * A pool and a model of it in memory, driven by seeded random steps. Each step is done to both; after each the pool must
 * hold exactly the model's states. Others add their steps to STEPS.
 */

import { backup, consistencyCheck } from '../../src/backup/backup.ts';
import { BlockChecker } from '../../src/copy/block-checker.ts';
import { PortableHostFiles } from '../../src/io/portable-host-files.ts';
import type { ReplicaMode } from '../../src/replica/layout.ts';
import type { ReplicaPool } from '../../src/replica/replica-pool.ts';
import { ChangeMap } from '../../src/sidecar/change-map.ts';
import { loadFingerprinter } from '../../src/sidecar/fingerprint.ts';
import { differingRanges } from '../../src/sidecar/sidecar.ts';
import { openSidecar } from '../../src/sidecar/sidecar-files.ts';
import { usageOf } from '../../src/verify/point-usage.ts';
import { listStateFiles } from '../../src/verify/state-files.ts';
import { ContainerVerifier } from '../../src/verify/verify-container.ts';
import { pruneNumbers } from './prune-crash.ts';
import type { Random } from './random.ts';
import {
  bytesOf,
  countingGuids,
  mutate,
  newPool,
  openedPool,
  protectBytes,
  REPLICA,
  sourceOf,
} from './replica-pool.ts';
import type { SimulatedStore } from './simulated-store.ts';

const PIECE = 4096;

class PoolModel {
  readonly random: Random;
  store: SimulatedStore;
  pool: ReplicaPool;
  /** Bytes of every state, oldest first; the last is the replica. */
  readonly states: Uint8Array[] = [];
  /** States whose change maps may say too much: of a resized disk, from a list. */
  readonly isLoose = new Set<number>();
  readonly newGuid = countingGuids();
  nowMs = 1000;

  private constructor(random: Random) {
    this.random = random;
    ({ store: this.store, pool: this.pool } = newPool());
  }

  static async start(random: Random): Promise<PoolModel> {
    const model = new PoolModel(random);
    const mode: ReplicaMode = random.pick(['clone', 'chain']);
    const bytes = mutate(new Uint8Array(512 * (1 + random.below(400))), random, 3);
    model.states.push(bytes);
    await protectBytes(model.pool, bytes, mode, model.jobs(), 1 + random.below(5));
    return model;
  }

  /** Time goes on, mostly. */
  jobs() {
    this.nowMs += this.random.below(5) - 1;
    return { nowMs: this.nowMs, newGuid: this.newGuid, threads: 1 as const };
  }

  /** For backups: the source shrinks now and then, and that is meant. */
  advances() {
    return { ...this.jobs(), shrink: true };
  }

  get newest(): Uint8Array {
    return this.states.at(-1)!;
  }

  /** The same source later: changed, and now and then longer or shorter. */
  later(): Uint8Array {
    const { random } = this;
    const changed = mutate(this.newest, random, random.below(4));
    if (random.below(6) > 0) return changed;
    const resized = new Uint8Array(512 * (1 + random.below(400)));
    resized.set(changed.subarray(0, resized.length));
    return resized;
  }

  /** Forgets states. The change map of what follows one is a union: it may name what changed and changed back. */
  remove(numbers: readonly number[]): void {
    const kept = [...this.states.keys()].filter((number) => !numbers.includes(number));
    const isLoose = kept.map((number, i) => this.isLoose.has(number) || number !== (kept[i - 1] ?? -1) + 1);
    const states = kept.map((number) => this.states[number]!);
    this.states.splice(0, this.states.length, ...states);
    this.isLoose.clear();
    for (const [i, loose] of isLoose.entries()) if (loose) this.isLoose.add(i);
  }

  check(): void {
    const { container } = this.pool.find(REPLICA);
    const found = container.states();
    if (found.length !== this.states.length)
      throw new Error(`${found.length} states, ${this.states.length} in the model`);
    for (const [i, state] of found.entries()) {
      if (Buffer.compare(bytesOf(container, state), this.states[i]!) !== 0) throw new Error(`state ${i} differs`);
      if (i > 0 && !(state.facts!.capturedMs > found[i - 1]!.facts!.capturedMs)) throw new Error(`time of state ${i}`);
    }
  }
}

/** Ranges in which two states differ, in pieces; past the end of one there are zeros. */
export function changedPieces(before: Uint8Array, after: Uint8Array): ChangeMap {
  const map = new ChangeMap();
  for (let at = 0; at < after.length; at += PIECE) {
    const piece = Buffer.from(after.subarray(at, at + PIECE));
    const old = Buffer.alloc(piece.length);
    old.set(before.subarray(at, at + piece.length));
    if (Buffer.compare(piece, old) !== 0) map.add(at, piece.length);
  }
  return map;
}

type Step = readonly [name: string, weight: number, act: (model: PoolModel) => Promise<void>];

const STEPS: Step[] = [
  [
    'backup',
    6,
    async (model) => {
      const bytes = model.later();
      await backup(model.pool, REPLICA, sourceOf(bytes), model.advances());
      model.states.push(bytes);
    },
  ],
  [
    'backup with a list',
    4,
    async (model) => {
      const bytes = model.later();
      const changes = changedPieces(model.newest, bytes);
      await backup(model.pool, REPLICA, sourceOf(bytes), { ...model.advances(), changes });
      if (bytes.length !== model.newest.length) model.isLoose.add(model.states.length);
      model.states.push(bytes);
    },
  ],
  [
    'consistency check',
    1,
    async (model) => {
      const bytes = model.later();
      const { damagedBlocks } = await consistencyCheck(model.pool, REPLICA, sourceOf(bytes), model.advances());
      if (damagedBlocks > 0) throw new Error(`${damagedBlocks} blocks are not what their fingerprints say`);
      model.states.push(bytes);
    },
  ],
  [
    'prune',
    2,
    async (model) => {
      const gone = [...model.states.keys()].slice(0, -1).filter(() => model.random.below(3) === 0);
      await pruneNumbers(model.store, gone);
      model.pool = openedPool(model.store);
      model.remove(gone);
    },
  ],
  [
    'verify',
    1,
    async (model) => {
      const { container } = model.pool.find(REPLICA);
      const verifier = new ContainerVerifier(container.path, listStateFiles(model.store, container.path), {
        store: model.store,
        host: new PortableHostFiles('a test'),
        fingerprint: await loadFingerprinter(),
        checker: new BlockChecker({ threads: 1 }),
      });
      const { states, damage } = await verifier.run();
      const isGood = states.every(
        ({ payload, findings }) => payload === 'verified' && findings.every(({ severity }) => severity !== 'error'),
      );
      if (states.length !== model.states.length || damage.blocks.length > 0 || !isGood)
        throw new Error(`${states.length} states verified, ${damage.blocks.length} damaged blocks`);
    },
  ],
  [
    'usage',
    1,
    async (model) => {
      const usage = await usageOf(model.pool.find(REPLICA));
      const freed = usage.ids.map((_, i) => usage.freedBy(usage.ids.slice(0, i)));
      if (usage.freedBy(usage.ids) !== usage.total) throw new Error('usage does not add up');
      if (freed.some((bytes, i) => i > 0 && bytes < freed[i - 1]!)) throw new Error('more states free less');
    },
  ],
  [
    'power cut and reopen',
    2,
    async (model) => {
      model.store = model.store.survivor({ kind: 'none' });
      model.pool = openedPool(model.store);
    },
  ],
  [
    'diff by fingerprints and change maps',
    2,
    async (model) => {
      const fingerprint = await loadFingerprinter();
      const { container } = model.pool.find(REPLICA);
      const states = container.states();
      const at = model.random.below(states.length);
      const other = model.random.below(states.length);
      using a = openSidecar(model.store, container.path, states[at]!.guid!, fingerprint);
      using b = openSidecar(model.store, container.path, states[other]!.guid!, fingerprint);
      const size = Math.max(model.states[at]!.length, model.states[other]!.length);
      const [left, right] = [at, other].map((i) => {
        const bytes = Buffer.alloc(size);
        bytes.set(model.states[i]!);
        return bytes;
      }) as [Buffer, Buffer];
      const found = ChangeMap.of(differingRanges(a, b));
      for (const { offset, length } of changedPieces(left, right).ranges()) {
        if ([...found.within(offset, length)].reduce((sum, range) => sum + range.length, 0) < length) {
          throw new Error(`states ${at} and ${other} differ at ${offset}, their fingerprints do not`);
        }
      }
      if (at === 0) return;
      const changed = changedPieces(model.states[at - 1]!, model.states[at]!);
      const said = a.changes();
      const isSaid = [...changed.ranges()].every(
        ({ offset, length }) => [...said.within(offset, length)].reduce((sum, one) => sum + one.length, 0) === length,
      );
      const isExact = said.bytes === changed.bytes;
      if (!isSaid || !(isExact || model.isLoose.has(at))) throw new Error(`change map of state ${at}`);
    },
  ],
];

/** One sequence: throws what is wrong, with the steps that led there. */
export async function runSequence(random: Random, length: number): Promise<void> {
  const done: string[] = [];
  try {
    const model = await PoolModel.start(random);
    const total = STEPS.reduce((sum, [, weight]) => sum + weight, 0);
    for (let i = 0; i < length; i++) {
      let at = random.below(total);
      const [name, , act] = STEPS.find(([, weight]) => (at -= weight) < 0)!;
      done.push(name);
      await act(model);
    }
    model.check();
  } catch (error) {
    const message = `seed ${random.seed}, after ${done.join(', ')}: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
}
