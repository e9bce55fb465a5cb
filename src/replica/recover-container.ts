/**
 * Finishes or undoes what an interrupted publication, or an interrupted first backup, has left in a container: from what
 * is on disk, before anything else is done there. See next-state.ts for what can be found.
 *
 * 1. Only files whose names say that pitvault was making them are removed: next-<guid>.vhdx, the sidecar of that guid,
 *    and the point that this sidecar names, if that is the replica itself under a second name.
 * 2. A pruning that was begun is finished: see prune.ts. Not while readers are in its way: nobody waits here.
 * 3. next-<guid>.vhdx goes last: as long as it is there, another cut finds its way back here.
 */

import { StorageError } from '../errors.ts';
import type { FileStore } from '../io/file-store.ts';
import type { SidecarHeader } from '../sidecar/format.ts';
import { listSidecars, sidecarFolder, sidecarPath } from '../sidecar/sidecar-files.ts';
import type { Container } from './container.ts';
import { diskPath, guidOfNext, nextPath, partOf, pointFolder, replicaFilePath } from './layout.ts';
import { PRUNE_PARENT_LOST, pruneSteps } from './prune.ts';
import { type ListReaders, readersInTheWay } from './readers.ts';

/** What was found: `undone` and `finished` name the DataWriteGuid of the state in the making. */
export type Recovery = { readonly kind: 'undone' | 'finished' | 'removed' | 'pruned'; readonly guid: string | null };

/** Idempotent. `removed`: a first backup had not come to its end, and the container is gone: see also `resume`. */
export function recoverContainer(container: Container, readers: ListReaders = () => []): Recovery[] {
  const done = recoverPublication(container);
  return container.store.exists(container.path) ? [...done, ...finishPruning(container, readers)] : done;
}

/** The same without finishing a pruning. */
export function recoverPublication(container: Container): Recovery[] {
  const { store, path, replicaId } = container;
  if (!store.exists(path)) return [];
  const folder = pointFolder(path, replicaId);
  const waiting = waitingIn(container);
  if (isUnborn(container)) return removeUnborn(container, waiting);
  const hasReplica = store.exists(diskPath(path, replicaId));
  const done: Recovery[] = [];
  for (const guid of waiting) {
    const facts = container.factsOf(guid);
    if (!hasReplica && facts !== null && isMoved(container, facts)) {
      store.rename(nextPath(path, replicaId, guid), diskPath(path, replicaId));
      store.syncFolder(folder);
      done.push({ kind: 'finished', guid });
      continue;
    }
    if (!hasReplica) continue; // something else has taken the replica: nothing is known to be superfluous
    undo(container, guid, facts);
    done.push({ kind: 'undone', guid });
  }
  return done;
}

/** Points that were named to go, go; what was in the making for it is made again. */
function finishPruning(container: Container, readers: ListReaders): Recovery[] {
  const { store, path } = container;
  const own = sidecarFolder(path);
  for (const { name } of store.list(own)) if (name.endsWith(partOf(''))) store.unlink(`${own}/${name}`);
  let steps = 0;
  try {
    for (const { what } of pruneSteps(container)) {
      if (what === 'unread' && readersInTheWay(container, readers).length > 0) return [];
      steps++;
    }
  } catch (error) {
    // Whoever prunes next is told; a backup may have all that it needs.
    if (StorageError.isNoRoom(error) || StorageError.isBadData(error)) return [];
    if (StorageError.is(error) && error.code === PRUNE_PARENT_LOST) return [];
    throw error;
  }
  return steps === 0 ? [] : [{ kind: 'pruned', guid: null }];
}

/** Without hard links: the replica has become the point, and the new state is whole, but not yet in its place. */
function isMoved(container: Container, { pointId, previousGuid }: SidecarHeader): boolean {
  return pointId !== null && previousGuid !== null && container.guidIn(pointId) === previousGuid;
}

function undo(container: Container, guid: string, facts: SidecarHeader | null): void {
  const { store, path, replicaId } = container;
  if (facts?.pointId != null) removePoint(container, facts.pointId);
  if (listSidecars(store, path).includes(guid)) {
    store.unlink(sidecarPath(path, guid));
    store.syncFolder(sidecarFolder(path));
  }
  store.unlink(nextPath(path, replicaId, guid));
  store.syncFolder(pointFolder(path, replicaId));
}

function removePoint(container: Container, pointId: string): void {
  const { store, path, replicaId } = container;
  const folder = pointFolder(path, pointId);
  if (!store.exists(folder)) return;
  const disk = diskPath(path, pointId);
  if (store.exists(disk)) {
    if (container.guidIn(pointId) !== container.guidIn(replicaId)) {
      throw new StorageError('conflict', 'POOL_FOREIGN_POINT', `${disk} is not the replica's second name`, {
        image: disk,
        hint: 'somebody has changed the container while a backup was interrupted; move this file away',
      });
    }
    store.unlink(disk);
    store.syncFolder(folder);
  }
  store.removeFolder(folder);
  store.syncFolder(path);
}

/** A container whose first state was never published: all in it is pitvault's, by name. */
function removeUnborn(container: Container, waiting: readonly string[]): Recovery[] {
  const { store, path, replicaId } = container;
  const own = sidecarFolder(path);
  const sidecars = listSidecars(store, path);
  const files = [partOf(replicaFilePath(path)), replicaFilePath(path)].filter((file) => store.exists(file));
  if (files.length + waiting.length + sidecars.length === 0 && !isEmptyShell(container)) return [];
  for (const guid of sidecars) store.unlink(sidecarPath(path, guid));
  if (sidecars.length > 0) store.syncFolder(sidecarFolder(path)); // alone it would tell of a state that was there
  for (const guid of waiting) store.unlink(nextPath(path, replicaId, guid));
  for (const file of files) store.unlink(file);
  for (const folder of [pointFolder(path, replicaId), own, path]) removeEmpty(store, folder);
  return [{ kind: 'removed', guid: null }];
}

/** Folders of a first backup that was cut before it wrote anything. */
function isEmptyShell({ store, path, replicaId }: Container): boolean {
  const folders = [pointFolder(path, replicaId), sidecarFolder(path)];
  const inside = store.list(path).map(({ name }) => `${path}/${name}`);
  return inside.every((one) => folders.includes(one)) && folders.every((folder) => store.list(folder).length === 0);
}

function removeEmpty(store: FileStore, folder: string): void {
  if (!store.exists(folder) || store.list(folder).length > 0) return;
  store.removeFolder(folder);
  store.syncFolder(folder.slice(0, folder.lastIndexOf('/')));
}

/**
 * Its first state was never published. Where disks are merely away (not mounted, not yet copied back) their sidecars tell:
 * that of a state in the making has its next-<guid> beside it.
 */
export function isUnborn(container: Container): boolean {
  const { store, path, replicaId } = container;
  if (store.exists(diskPath(path, replicaId))) return false;
  if (container.pointIds().some((id) => store.exists(diskPath(path, id)))) return false;
  const waiting = waitingIn(container);
  return listSidecars(store, path).every((guid) => waiting.includes(guid));
}

/** DataWriteGuids of states in the making. */
function waitingIn({ store, path, replicaId }: Container): string[] {
  return store.list(pointFolder(path, replicaId)).flatMap(({ name }) => guidOfNext(name) ?? []);
}
