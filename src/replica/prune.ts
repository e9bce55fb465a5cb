/**
 * Removes recovery points.
 *
 *      1  .pitvault/prune.json names them, durable                                   R1, R2
 *      2  nobody reads them, or what stands on them, any more; looked at again before 5: readers come and go
 *      3  sidecars of states that follow a removed one: what changed since the last that stays   R3, R4
 *      4  files that differ from a removed one are merged with it: built, durable, renamed over   R5, R6
 *      5  their disks and folders are removed, durable                               R7
 *      6  their sidecars are removed, durable                                        R8
 *      7  prune.json is removed
 *
 * What a cut leaves: before 1 is durable, all points. Afterwards the named ones are gone, whatever is still on disk, and
 * every other state reads as ever at each instant: 3 and 4 put whole files in the place of equal ones, and nothing is
 * removed that any file still stands on. Whoever opens the replica next goes through all steps again, unless readers are
 * in the way: then it leaves that to the next one. Each step does what is not done yet.
 */

import { StorageError, throwIfCancelled } from '../errors.ts';
import { ChangeMap } from '../sidecar/change-map.ts';
import { rewriteSidecar } from '../sidecar/rewrite-sidecar.ts';
import { readChanges } from '../sidecar/sidecar.ts';
import { listSidecars, readOwnHeader, sidecarFolder, sidecarPath } from '../sidecar/sidecar-files.ts';
import type { Container, State } from './container.ts';
import { DISK_FILE, diskPath, pointFolder } from './layout.ts';
import { folderOf, mergeRun, parentsOf, type Run } from './merge-states.ts';
import { awaitReaders, type WaitOptions } from './readers.ts';
import type { ReplicaLock } from './replica-pool.ts';
import { type Doomed, readMerged, readTombstone, tombstonePath, writeTombstone } from './tombstone.ts';

/**
 * What is being done; `bytes` of a merge so far. `unread` asks whoever drives the steps to go on only when no reader is in
 * the way.
 */
export type PruneStep = {
  readonly what: 'unread' | 'sidecars' | 'merge' | 'remove';
  readonly id: string;
  readonly bytes: number;
};

/** Names the points that go, for good, beside those that are going already. Throws kind `not-found` for one that is none; the live replica cannot go. */
export function condemn(container: Container, ids: readonly string[]): void {
  const points = container.states().filter(({ isReplica }) => !isReplica);
  const doomed = ids.map((wanted) => {
    const point = points.find(({ id }) => id.toLowerCase() === wanted.toLowerCase());
    if (point !== undefined) return { id: point.id, guid: point.guid };
    throw new StorageError('not-found', 'PRUNE_NO_POINT', `${container.path} has no recovery point ${wanted}`, {
      image: container.path,
      hint: 'see `pitvault points`; the live replica is never pruned',
    });
  });
  if (doomed.some(({ guid }) => guid === null)) requireKnownParents(container, ids);
  if (doomed.length === 0) return;
  const { store, path } = container;
  const named = doomed.map(({ id, guid }) => ({ id, guid: guid ?? guidTold(container, id) }));
  const remove = [...readTombstone(store, path), ...named];
  const merge = runsOf(container, remove).map(({ files: [state] }) => state.guid!);
  writeTombstone(store, path, { remove, merge: [...new Set([...readMerged(store, path), ...merge])] }); // R1, R2
}

export type PruneOptions = Pick<WaitOptions, 'signal' | 'waitMs' | 'onWait'> & {
  readonly onStep?: ((step: PruneStep) => void) | undefined;
};

/**
 * Removes points. Cancelled before their names are durable, nothing has happened; afterwards they are gone, and what
 * is not done yet, because it was cancelled or readers did not go in time, is done when the replica is opened next.
 */
export async function prune(
  { container, readers }: ReplicaLock,
  ids: readonly string[],
  options: PruneOptions = {},
): Promise<void> {
  throwIfCancelled(options.signal);
  if (ids.length > 0) readers(); // where it cannot be seen who reads, no point is named to go
  condemn(container, ids);
  for (const step of pruneSteps(container)) {
    if (step.what === 'unread') await awaitReaders(container, readers, options);
    else options.onStep?.(step);
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(options.signal);
  }
}

/** Of a point whose header is lost, by the state behind it: else its sidecar would stay and speak for a point that is away. */
function guidTold(container: Container, point: string): string | null {
  const behind = container.states().find(({ facts }) => facts?.pointId?.toLowerCase() === point.toLowerCase());
  return behind?.facts?.previousGuid ?? null;
}

/** Carries out what the tombstone says; nothing to do when there is none. */
export function* pruneSteps(container: Container): Generator<PruneStep> {
  const { store, path } = container;
  const doomed = readTombstone(store, path);
  if (doomed.length === 0) return;
  const gone = new Map(doomed.flatMap(({ id, guid }) => (guid === null ? [] : [[guid, id] as const])));
  const unread: PruneStep = { what: 'unread', id: doomed[0]!.id, bytes: 0 };
  yield unread;
  const runs = runsOf(container, doomed);
  yield* rewriteSidecars(container, container.states(), gone);
  for (const run of runs) {
    const [state] = run.files;
    for (const bytes of mergeRun(container, run)) yield { what: 'merge', id: state.id, bytes };
    store.syncFolder(folderOf(container, state)); // R6
  }
  yield unread; // who came meanwhile may have opened what stood on them before it was merged
  for (const { id } of doomed) {
    yield { what: 'remove', id, bytes: 0 };
    removeDisk(container, id);
  }
  store.syncFolder(path); // R7
  const staying = new Set(container.states().map(({ guid }) => guid));
  for (const guid of gone.keys()) {
    const sidecar = sidecarPath(path, guid);
    if (!staying.has(guid) && store.exists(sidecar)) store.unlink(sidecar); // else a copy of the point stays
  }
  store.syncFolder(sidecarFolder(path)); // R8
  store.unlink(tombstonePath(path));
}

/** Of each state whose predecessor goes: the last that stays before it, and all that changed since. */
function* rewriteSidecars(
  container: Container,
  staying: readonly State[],
  gone: ReadonlyMap<string, string>,
): Generator<PruneStep> {
  const { store, path } = container;
  for (const { id, guid, facts } of staying) {
    if (guid === null || facts?.previousGuid == null || !gone.has(facts.previousGuid)) continue;
    yield { what: 'sidecars', id, bytes: 0 };
    let previous: string | null = facts.previousGuid;
    let size = facts.diskSize;
    let changes: ChangeMap | null = changesOf(container, guid)?.changes ?? null;
    while (previous !== null && gone.has(previous)) {
      const before = changesOf(container, previous);
      changes = before === null ? null : (changes?.union(before.changes).resized(before.diskSize, size) ?? null);
      size = before?.diskSize ?? size;
      previous = before?.previousGuid ?? null;
    }
    const stays = staying.find((state) => previous !== null && state.guid === previous);
    changes = changes?.resized(stays?.facts?.diskSize ?? size, size) ?? null;
    const whole = ChangeMap.of([{ offset: 0, length: facts.diskSize }]); // rather too much than too little
    const known = changes?.clip(facts.diskSize) ?? whole;
    try {
      rewriteSidecar(store, path, guid, {
        facts: { previousGuid: previous, pointId: stays?.id ?? null },
        changes: known,
      }); // R3
    } catch (error) {
      // A sidecar that cannot be read any more stays as it is: where its predecessor is gone nobody goes by its changes.
      if (!StorageError.is(error) || error.kind !== 'corrupt') throw error;
    }
  }
  store.syncFolder(sidecarFolder(path)); // R4
}

type Changes = { readonly changes: ChangeMap; readonly diskSize: number; readonly previousGuid: string | null };

/** Null when the state's sidecar is lost or damaged. */
function changesOf(container: Container, guid: string): Changes | null {
  const { store, path } = container;
  if (!store.exists(sidecarPath(path, guid))) return null;
  const file = store.open(sidecarPath(path, guid));
  try {
    const facts = readOwnHeader(file, guid);
    return { changes: readChanges(file, facts), diskSize: facts.diskSize, previousGuid: facts.previousGuid };
  } catch (error) {
    if (StorageError.isBadData(error)) return null;
    throw error;
  } finally {
    file.close();
  }
}

/**
 * What has to be merged before these points can go. Throws where a state stands, or may stand, on one of them over a file
 * that is not there: whoever puts that back would have the state again, as long as none of its other files was removed.
 */
function runsOf(container: Container, doomed: readonly Doomed[]): Run[] {
  const gone = new Set(doomed.map(({ id }) => id));
  const staying = container.states().filter(({ id }) => !gone.has(id));
  requireNotNeeded(container, staying, doomed);
  return staying.map((state) => runOf(container, state, staying, doomed)).filter(({ files }) => files.length > 1);
}

/** The state's file and the removed ones below it, down to a file that stays or stands alone. */
function runOf(container: Container, state: State, staying: readonly State[], doomed: readonly Doomed[]): Run {
  const files: [State, ...State[]] = [state];
  for (let current = state; ; ) {
    const identities = parentsOf(container, current);
    if (identities === null) return { files, base: null };
    const goes = doomed.find(({ guid }) => guid !== null && identities.includes(guid));
    const stays = staying.find(({ guid }) => guid !== null && identities.includes(guid));
    // Where both are, one folder is a copy of the other: by its name the file may know the one that goes.
    if (goes === undefined && stays !== undefined) return { files, base: stays };
    const path = goes === undefined ? null : diskPath(container.path, goes.id);
    if (goes === undefined || path === null || !container.store.exists(path)) {
      if (files.length > 1 || !identities.some((guid) => container.factsOf(guid) !== null))
        throw parentLost(container, state.path, identities);
      return { files, base: null }; // nothing that goes is below it: see requireNotNeeded
    }
    current = { id: goes.id, isReplica: false, path, guid: goes.guid, facts: null };
    files.push(current);
  }
}

/** A state whose file is away, or unreadable, has left its sidecar: that tells what it stands on. */
function requireNotNeeded(container: Container, staying: readonly State[], doomed: readonly Doomed[]): void {
  const there = new Set([...staying, ...doomed].map(({ guid }) => guid));
  const gone = new Set(doomed.map(({ guid }) => guid));
  for (const guid of listSidecars(container.store, container.path)) {
    if (there.has(guid)) continue;
    const facts = container.factsOf(guid);
    const isNeedless = facts?.previousGuid === null || facts?.depth === 1;
    if (facts !== null && (isNeedless || !gone.has(facts.previousGuid))) continue;
    const forGood = `; if it is gone for good, so that nobody will put it back, remove what tells of it, ${sidecarPath(container.path, guid)}`;
    const unread = facts === null ? ' and whose sidecar cannot be read, perhaps' : ',';
    throw parentLost(container, `state ${guid}, whose file is not there${unread}`, [guid], forGood);
  }
}

export const PRUNE_PARENT_LOST = 'PRUNE_PARENT_LOST';

function parentLost({ path }: Container, who: string, identities: readonly string[], forGood = ''): StorageError {
  const message = `${who} needs what is to go, and a file that is not in the container (${identities.join(' or ')})`;
  return new StorageError('conflict', PRUNE_PARENT_LOST, message, {
    image: path,
    hint: `find the folder that was taken from the container, put it back, and prune again; nothing was removed: it could never be read again${forGood}`,
  });
}

/** A point whose header is lost may carry others that nobody can tell from its bytes. */
function requireKnownParents(container: Container, ids: readonly string[]): void {
  const states = container.states();
  const known = [...states, ...readTombstone(container.store, container.path)];
  for (const state of states) {
    const identities = parentsOf(container, state);
    if (identities === null || known.some(({ guid }) => guid !== null && identities.includes(guid))) continue;
    throw new StorageError('corrupt', 'PRUNE_UNREADABLE', `${state.path} may stand on a point that cannot be read`, {
      image: state.path,
      hint: `repair it first (pitvault verify --repair-from); pruning ${ids.join(', ')} might cost this state`,
    });
  }
}

/** What else lies in the point's folder is not pitvault's, and stays with its folder. */
function removeDisk({ store, path }: Container, id: string): void {
  const folder = pointFolder(path, id);
  if (store.exists(`${folder}/${DISK_FILE}`)) store.unlink(`${folder}/${DISK_FILE}`);
  if (store.exists(folder) && store.list(folder).length === 0) store.removeFolder(folder);
}
