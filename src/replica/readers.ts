/**
 * Who reads states of a replica, by the leases in its pool, and whether that is in the way of a pruning: a reader of a
 * state reads the files of its chain, so it is when any of them goes or is merged. See image/reader-lease.ts.
 */

import { StorageError, throwIfCancelled } from '../errors.ts';
import { ALL_STATES } from '../image/reader-lease.ts';
import { type Claim, claimantText } from '../io/claim.ts';
import { livenessOf, ownIdentity } from '../io/process-identity.ts';
import type { Container } from './container.ts';
import { diskPath } from './layout.ts';
import { parentRequestOf } from './merge-states.ts';
import { readMerged, readTombstone } from './tombstone.ts';

/** Leases of readers that may be alive, of all replicas of the pool. */
export type ListReaders = () => readonly Claim[];

/**
 * Readers of points that are being removed, of what stands on them, or stood when that began, or of every state. After a
 * merge nobody can tell from the files who has opened them before.
 */
export function readersInTheWay(container: Container, readers: ListReaders): Claim[] {
  const doomed = readTombstone(container.store, container.path);
  if (doomed.length === 0) return [];
  const own = readers().filter(({ subject }) => subject.startsWith(`${container.replicaId}.`));
  if (own.length === 0) return [];
  const gone = new Set([...doomed.map(({ guid }) => guid), ...readMerged(container.store, container.path)]);
  const paths = new Map<string | null, string>();
  for (const { id, guid } of doomed) paths.set(guid, diskPath(container.path, id));
  for (const { guid, path } of container.states()) paths.set(guid, path);
  return own.filter(({ subject }) => {
    const state = subject.slice(container.replicaId.length + 1);
    return state === ALL_STATES || standsOn(container, state, gone, paths);
  });
}

/** A state that is not there any more counts: nobody knows what its reader still needs. */
function standsOn(
  { store }: Container,
  state: string,
  gone: ReadonlySet<string | null>,
  paths: ReadonlyMap<string | null, string>,
): boolean {
  const seen = new Set<string>();
  for (let guid: string | undefined = state; guid !== undefined && !seen.has(guid); ) {
    if (gone.has(guid)) return true;
    seen.add(guid);
    const path = paths.get(guid);
    if (path === undefined || !store.exists(path)) return true;
    const file = store.open(path);
    try {
      const identities = parentRequestOf(file)?.identities ?? [];
      if (identities.length === 0) return false;
      guid = identities.find((one) => paths.has(one)); // a parent that is lost is nobody's to remove
    } finally {
      file.close();
    }
  }
  return false;
}

export type WaitOptions = {
  /** Milliseconds; then kind `conflict`, code PRUNE_READERS. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: ((readers: readonly Claim[]) => void) | undefined;
};

export const WAIT_DEFAULT_MS = 60_000;
const LOOK_MS = 100;

/**
 * Resolves when everybody has gone who was in the way at first. Who comes later finds the tombstone, or merged files, so
 * that a pool that is always read from is pruned all the same.
 */
export async function awaitReaders(container: Container, readers: ListReaders, options: WaitOptions): Promise<void> {
  const { waitMs = WAIT_DEFAULT_MS, signal, onWait } = options;
  const until = performance.now() + waitMs;
  let first: ReadonlySet<string> | null = null;
  for (;;) {
    const all = readersInTheWay(container, readers);
    first ??= new Set(all.map(({ path }) => path));
    const found = all.filter(({ path }) => first?.has(path));
    if (found.length === 0) return;
    if (performance.now() >= until) throw readersRemain(container, found);
    onWait?.(found);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    throwIfCancelled(signal);
  }
}

function readersRemain({ path }: Container, readers: readonly Claim[]): StorageError {
  const own = ownIdentity();
  const who = [...new Set(readers.map((reader) => claimantText(reader, own)))].join(', ');
  const unknown = readers.filter(({ identity }) => livenessOf(identity, own) === 'unknown');
  const byHand = `; if you are certain that it is gone, remove ${unknown.map((reader) => reader.path).join(', ')}`;
  return new StorageError('conflict', 'PRUNE_READERS', `${path}: what is to go is read by ${who}`, {
    image: readers[0]!.path,
    structure: 'lease',
    hint: `let it finish or end it (pitvault mounts lists mounts), then prune again: the points are listed no more, and all else is as it was${unknown.length > 0 ? byHand : ''}`,
  });
}
