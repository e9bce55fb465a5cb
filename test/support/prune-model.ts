/**
 * Random sequences of backup, prune, verify and reopening against a model: the list of contents that the states must
 * have. Every step's result is compared, and in the end every state's bytes.
 */

import { BlockChecker } from '../../src/copy/block-checker.ts';
import { PortableHostFiles } from '../../src/io/portable-host-files.ts';
import type { ReplicaMode } from '../../src/replica/layout.ts';
import { recoverContainer } from '../../src/replica/recover-container.ts';
import { loadFingerprinter } from '../../src/sidecar/fingerprint.ts';
import { usageOf } from '../../src/verify/point-usage.ts';
import { listStateFiles } from '../../src/verify/state-files.ts';
import { ContainerVerifier } from '../../src/verify/verify-container.ts';
import { pruneNumbers } from './prune-crash.ts';
import type { Random } from './random.ts';
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
import type { SimulatedStore } from './simulated-store.ts';

const UNIT = 64 * 1024;

export type ModelRun = { readonly steps: readonly string[]; readonly states: number };

/** One sequence. Throws what is not as the model says, with the steps that led there. */
export async function runModel(random: Random, length: number): Promise<ModelRun> {
  const mode: ReplicaMode = random.pick(['clone', 'chain']);
  const depthMax = 1 + random.below(6);
  const steps: string[] = [`${mode}, depth ${depthMax}`];
  const { store } = newPool();
  const newGuid = countingGuids();
  let nowMs = 1000;
  let states = [mutate(random.bytes(UNIT * (1 + random.below(3))), random, 2)];
  await protectBytes(openedPool(store), states[0]!, mode, { nowMs, newGuid }, depthMax);
  for (let step = 0; step < length; step++) {
    const action = random.pick(['backup', 'backup', 'backup', 'prune', 'verify', 'usage', 'reopen'] as const);
    steps.push(action);
    if (action === 'backup') {
      const before = states.at(-1)!;
      const resized = random.below(12) === 0 ? resize(before, random) : before;
      states.push(mutate(resized, random, 1 + random.below(3)));
      await backupBytes(openedPool(store), states.at(-1)!, { nowMs: ++nowMs, newGuid });
    } else if (action === 'prune') {
      const gone = [...states.keys()].slice(0, -1).filter(() => random.below(3) === 0);
      steps[steps.length - 1] = `prune ${gone.join(' ')} of ${states.length}`;
      await pruneNumbers(store, gone);
      states = states.filter((_, i) => !gone.includes(i));
    } else if (action === 'verify') await requireVerified(store, states.length, steps);
    else if (action === 'usage') await requireUsage(store, steps);
    else if (recoverContainer(openedPool(store).find(REPLICA).container).length > 0)
      fail(steps, 'recovery had work to do');
    requireStates(store, states, steps);
  }
  await requireVerified(store, states.length, steps);
  return { steps, states: states.length };
}

function fail(steps: readonly string[], what: string): never {
  throw new Error(`${what} after ${steps.join(', ')}`);
}

function resize(bytes: Uint8Array, random: Random): Uint8Array {
  const resized = new Uint8Array(UNIT * (1 + random.below(4)));
  resized.set(bytes.subarray(0, resized.length));
  return resized;
}

function requireStates(store: SimulatedStore, expected: readonly Uint8Array[], steps: readonly string[]): void {
  const { container } = openedPool(store).find(REPLICA);
  const states = container.states();
  if (states.length !== expected.length) fail(steps, `${states.length} states instead of ${expected.length}`);
  for (const [i, state] of states.entries())
    if (Buffer.compare(bytesOf(container, state), expected[i]!) !== 0) fail(steps, `state ${i} has other bytes`);
}

async function requireVerified(store: SimulatedStore, count: number, steps: readonly string[]): Promise<void> {
  const { container } = openedPool(store).find(REPLICA);
  const verifier = new ContainerVerifier(container.path, listStateFiles(store, container.path), {
    store,
    host: new PortableHostFiles('a test'),
    fingerprint: await loadFingerprinter(),
    checker: new BlockChecker({ threads: 1 }),
  });
  const { states, damage } = await verifier.run();
  const bad = states.find(
    ({ payload, findings }) => payload !== 'verified' || findings.some(({ severity }) => severity === 'error'),
  );
  if (states.length !== count || damage.blocks.length > 0 || bad !== undefined)
    fail(
      steps,
      `verification: ${states.length} states, ${damage.blocks.length} damaged blocks, ${JSON.stringify(bad)}`,
    );
}

/** What all states cost is freed when all go, and more states never free less. */
async function requireUsage(store: SimulatedStore, steps: readonly string[]): Promise<void> {
  const usage = await usageOf(openedPool(store).find(REPLICA));
  if (usage.freedBy(usage.ids) !== usage.total) fail(steps, 'usage does not add up');
  const freed = usage.ids.map((_, i) => usage.freedBy(usage.ids.slice(0, i)));
  if (freed.some((bytes, i) => i > 0 && bytes < freed[i - 1]!)) fail(steps, 'more states free less');
}
