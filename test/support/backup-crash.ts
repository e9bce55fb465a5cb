/** Crash jobs of protect and backup: what must be true of a pool after a cut at any moment of either. */

import type { Container, State } from '../../src/replica/container.ts';
import type { ReplicaMode } from '../../src/replica/layout.ts';
import { recoverContainer } from '../../src/replica/recover-container.ts';
import { listSidecars } from '../../src/sidecar/sidecar-files.ts';
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

export type BackupCrash = {
  readonly mode: ReplicaMode;
  readonly seed: number;
  readonly choices: number;
  readonly imagesMax?: number;
  /** States before the one in whose making the power goes; 0: the initial replica is cut. */
  readonly before: number;
  readonly diskSize?: number;
  readonly mutations?: number;
  readonly depthMax?: number;
  readonly hasLinks?: boolean;
  /** Told of each flush and folder sync of the job that is cut; 'ignore' makes it do nothing. */
  readonly onFlush?: (index: number, operation: Operation) => 'ignore' | undefined;
};

/** Runs the job and judges every image. Throws what is wrong with the first that is not as it must be. */
export async function crashBackup(options: BackupCrash): Promise<CrashResult> {
  const { mode, seed, choices, before, depthMax } = options;
  const random = new Random(seed);
  const { store } = newPool();
  store.hasLinks = options.hasLinks ?? true;
  const newGuid = countingGuids();
  const size = options.diskSize ?? 192 * 1024;
  const states = [mutate(random.bytes(size), random, 3)];
  const next = async (index: number): Promise<void> => {
    const jobs = { nowMs: 1000 + index, newGuid };
    if (index === 0) await protectBytes(openedPool(store), states[0]!, mode, jobs, depthMax);
    else await backupBytes(openedPool(store), states[index]!, jobs);
  };
  for (let i = 0; i < before; i++) {
    await next(i);
    states.push(mutate(states[i]!, random, options.mutations ?? 3));
  }
  const fellows = states.slice(0, before);
  const known: Known = new Map();
  let flushes = 0;
  store.ignoresFlush = (operation) => options.onFlush?.(flushes++, operation) === 'ignore';
  return crashEverywhere(store, {
    work: () => next(before),
    judge: (found, where, isDone) => judgePool(found, isDone ? [states] : [fellows, states], where, known),
    random,
    choices,
    ...(options.imagesMax === undefined ? {} : { imagesMax: options.imagesMax }),
  });
}

/** Bytes of disks that were read and checked before, by what lies in the files of their container. */
export type Known = Map<string, Uint8Array>;

/** The state's bytes; throws the first error that checking its disk finds. */
function readState(
  container: Container,
  state: State,
  all: readonly State[],
  found: SimulatedStore,
  known: Known,
): Uint8Array {
  const key = [state.path, ...all.map(({ path }) => `${path} ${found.fileHash(path)}`)].join('\n');
  const read = known.get(key);
  if (read !== undefined) return read;
  const { disk, close } = container.open(state);
  const error = [...disk.check()].find(({ severity }) => severity === 'error');
  close();
  if (error !== undefined) throw new Error(`${state.path}: ${error.message}`);
  const bytes = bytesOf(container, state);
  known.set(key, bytes);
  return bytes;
}

/**
 * After reopening the pool its states are one of these lists, byte for byte, and nothing else is there: no file that no
 * state has, no state without its sidecar. A second recovery finds nothing to do.
 */
export async function judgePool(
  found: SimulatedStore,
  expected: readonly (readonly Uint8Array[])[],
  where: string,
  known: Known = new Map(),
): Promise<void> {
  found.hasLinks = true;
  const pool = openedPool(found);
  pool.removeUnborn();
  const entries = pool.replicas();
  if (entries.length === 0) {
    const left = found.list('/pool/dpm01.contoso.com').map(({ name }) => name);
    if (left.length > 0) throw new Error(`${where}: left behind: ${left.join(', ')}`);
    if (expected.some((states) => states.length === 0)) return;
    throw new Error(`${where}: the replica is gone`);
  }
  const entry = pool.find(REPLICA);
  pool.lock(entry)[Symbol.dispose]();
  const { container } = entry;
  const states = container.states();
  const bytes = states.map((state) => readState(container, state, states, found, known));
  const isExpected = expected.some(
    (list) => list.length === bytes.length && list.every((one, i) => Buffer.compare(one, bytes[i]!) === 0),
  );
  if (!isExpected) throw new Error(`${where}: ${states.length} states, not what was backed up`);
  for (const state of states) if (state.facts === null) throw new Error(`${where}: ${state.path} has lost its sidecar`);
  const sidecars = listSidecars(found, container.path);
  const orphans = [
    ...sidecars.filter((guid) => !states.some((state) => state.guid === guid)),
    ...found
      .list(`${container.path}/${REPLICA}`)
      .map(({ name }) => name)
      .filter((name) => name !== 'disk0.vhdx'),
    ...found
      .list(container.path)
      .map(({ name }) => name)
      .filter((name) => name !== '.pitvault' && !states.some(({ id }) => id === name)),
    ...found
      .list(`${container.path}/.pitvault`)
      .map(({ name }) => name)
      .filter((name) => name !== 'replica.json' && !name.endsWith('.state')),
  ];
  if (orphans.length > 0) throw new Error(`${where}: left behind: ${orphans.join(', ')}`);
  if (recoverContainer(container).length > 0) throw new Error(`${where}: recovery is not at rest`);
}
