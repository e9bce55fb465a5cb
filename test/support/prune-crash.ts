/** Crash jobs of pruning: what must be true of a pool after a cut at any moment of it. */

import type { Container } from '../../src/replica/container.ts';
import type { ReplicaMode } from '../../src/replica/layout.ts';
import { prune } from '../../src/replica/prune.ts';
import { loadFingerprinter } from '../../src/sidecar/fingerprint.ts';
import { openSidecar } from '../../src/sidecar/sidecar-files.ts';
import { judgePool } from './backup-crash.ts';
import { type CrashResult, crashEverywhere } from './crash-suite.ts';
import { Random } from './random.ts';
import {
  backupBytes,
  bytesOf,
  countingGuids,
  mutate,
  newPool,
  openedPool,
  protectBytes,
  REPLICA,
} from './replica-pool.ts';
import type { Operation, SimulatedStore } from './simulated-store.ts';

export type PruneCrash = {
  readonly mode: ReplicaMode;
  readonly seed: number;
  readonly choices: number;
  readonly imagesMax?: number;
  /** States in all, the replica among them. */
  readonly states: number;
  /** Which of them go, by number from the oldest. */
  readonly remove: readonly number[];
  readonly diskSize?: number;
  readonly depthMax?: number;
  readonly ignoresFlush?: (operation: Operation) => boolean;
};

export type PrunedPool = { readonly store: SimulatedStore; readonly states: readonly Uint8Array[] };

/** A pool of random states. */
export async function filledPool(options: Omit<PruneCrash, 'choices' | 'remove'>, random: Random): Promise<PrunedPool> {
  const { store } = newPool();
  const newGuid = countingGuids();
  const states: Uint8Array[] = [];
  for (let i = 0; i < options.states; i++) {
    const jobs = { nowMs: 1000 + i, newGuid };
    if (i === 0) states.push(mutate(random.bytes(options.diskSize ?? 192 * 1024), random, 3));
    else states.push(mutate(states[i - 1]!, random, 3));
    if (i === 0) await protectBytes(openedPool(store), states[0]!, options.mode, jobs, options.depthMax);
    else await backupBytes(openedPool(store), states[i]!, jobs);
  }
  return { store, states };
}

/** Removes states by their numbers from the oldest. */
export async function pruneNumbers(store: SimulatedStore, numbers: readonly number[]): Promise<void> {
  const pool = openedPool(store);
  using replica = pool.lock(pool.find(REPLICA));
  const states = replica.container.states();
  await prune(
    replica,
    numbers.map((number) => states[number]!.id),
  );
}

export async function crashPrune(options: PruneCrash): Promise<CrashResult> {
  const random = new Random(options.seed);
  const { store, states } = await filledPool(options, random);
  const kept = states.filter((_, i) => !options.remove.includes(i));
  if (options.ignoresFlush !== undefined) store.ignoresFlush = options.ignoresFlush;
  return crashEverywhere(store, {
    work: () => pruneNumbers(store, options.remove),
    judge: async (found, where) => {
      await judgePool(found, [states, kept], where);
      await judgeChanges(openedPool(found).find(REPLICA).container, where);
    },
    random,
    choices: options.choices,
    ...(options.imagesMax === undefined ? {} : { imagesMax: options.imagesMax }),
  });
}

/** Each sidecar names the state before it, its change map leaves out nothing, its fingerprints are the disk's. */
export async function judgeChanges(container: Container, where: string): Promise<void> {
  const fingerprint = await loadFingerprinter();
  let before: { readonly bytes: Uint8Array; readonly guid: string } | null = null;
  for (const state of container.states()) {
    const bytes = bytesOf(container, state);
    using sidecar = openSidecar(container.store, container.path, state.guid!, fingerprint);
    if (sidecar.facts.previousGuid !== (before?.guid ?? null))
      throw new Error(`${where}: ${state.id} follows another state`);
    const changes = sidecar.changes();
    for (let at = 0; at < bytes.length; at += 4096) {
      const one = bytes.subarray(at, at + 4096);
      const other = before === null ? new Uint8Array(one.length) : before.bytes.subarray(at, at + one.length);
      if (Buffer.compare(one, other) !== 0 && [...changes.within(at, one.length)].length === 0)
        throw new Error(`${where}: the change map of ${state.id} leaves out ${at}`);
    }
    const [wanted, found] = [new Uint8Array(16), new Uint8Array(16)];
    for (let block = 0; block < sidecar.blockCount; block++) {
      const part = bytes.subarray(block * 65_536, (block + 1) * 65_536);
      if (part.every((byte) => byte === 0)) wanted.fill(0);
      else fingerprint(part, wanted, 0);
      sidecar.fingerprint(block, found, 0);
      if (Buffer.compare(wanted, found) !== 0) throw new Error(`${where}: fingerprint ${block} of ${state.id}`);
    }
    before = { bytes, guid: state.guid! };
  }
}
