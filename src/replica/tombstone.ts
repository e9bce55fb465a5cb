/**
 * `<container>/.pitvault/prune.json`: recovery points that are being removed. From the moment it is durable they are no
 * points any more; it goes when nothing is left of them. Whoever opens the replica for writing finishes what it says.
 * `merge` names states by DataWriteGuid whose files stood on these points when they were named: who has opened one of them
 * before it was merged needs the points still.
 */

import type { FileStore } from '../io/file-store.ts';
import { sidecarFolder } from '../sidecar/sidecar-files.ts';
import { badFile, encodeJson, readJson, writeWhole } from './layout.ts';

const FORMAT = 'pitvault prune';

/** A point that goes: its folder, and the DataWriteGuid by which its sidecar is found. */
export type Doomed = { readonly id: string; readonly guid: string | null };

export const tombstonePath = (container: string): string => `${sidecarFolder(container)}/prune.json`;

/** Empty when no pruning is under way. */
export function readTombstone(store: Pick<FileStore, 'exists' | 'open'>, container: string): Doomed[] {
  return readList(store, container, 'remove').map((one: unknown) => {
    const { id, guid } = one as Partial<Doomed>;
    if (typeof id !== 'string' || (guid !== null && typeof guid !== 'string'))
      throw badFile(tombstonePath(container), 'remove names no point');
    return { id, guid };
  });
}

export function readMerged(store: Pick<FileStore, 'exists' | 'open'>, container: string): string[] {
  return readList(store, container, 'merge').map(String);
}

function readList(store: Pick<FileStore, 'exists' | 'open'>, container: string, key: 'remove' | 'merge'): unknown[] {
  const path = tombstonePath(container);
  const value = readJson(store, path, FORMAT);
  if (value === null) return [];
  const list = value[key];
  if (!Array.isArray(list)) throw badFile(path, `${key} is no list`);
  return list;
}

export type Tombstone = { readonly remove: readonly Doomed[]; readonly merge: readonly string[] };

/** Durable when this returns. */
export function writeTombstone(store: FileStore, container: string, { remove, merge }: Tombstone): void {
  writeWhole(store, tombstonePath(container), encodeJson({ format: FORMAT, version: 1, remove, merge }));
  store.syncFolder(sidecarFolder(container));
}
