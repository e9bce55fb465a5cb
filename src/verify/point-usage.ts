/**
 * What the points of a replica cost, from what is known of them without reading payload: the change maps of a replica
 * that pitvault keeps, or where the blocks of the files lie in any other container.
 */

import { alignDown } from '../base/bytes.ts';
import { DiskFile } from '../io/disk-file.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { State } from '../replica/container.ts';
import { depthsOf } from '../replica/depths.ts';
import type { ReplicaEntry } from '../replica/replica-pool.ts';
import { extentChanges } from '../retention/extent-changes.ts';
import { type ChangedRange, measureUsage, type PointUsage } from '../retention/usage.ts';
import { loadFingerprinter } from '../sidecar/fingerprint.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { openSidecar } from '../sidecar/sidecar-files.ts';
import { FileExtents } from './placed-ranges.ts';
import type { Range } from './state-runs.ts';

/** From change maps and fingerprints. A state that has lost its sidecar counts as one that changed nothing. */
export async function usageOf({ container, file }: ReplicaEntry): Promise<PointUsage> {
  const fingerprint = await loadFingerprinter();
  const states = container.states();
  const depths = file.mode === 'chain' ? depthsOf(container, states) : null;
  return measureUsage(
    states.map((state, i) => ({
      id: state.id,
      ranges: changesOf(state, states[i - 1] ?? null, state.guid !== null && depths?.get(state.guid) === 1, (guid) =>
        openSidecar(container.store, container.path, guid, fingerprint),
      ),
    })),
  );
}

function* changesOf(
  { guid, facts }: State,
  before: State | null,
  isBase: boolean,
  open: (guid: string) => Sidecar,
): Generator<ChangedRange> {
  if (guid === null || facts === null) return;
  using sidecar = open(guid);
  const { diskSize, previousGuid } = facts;
  // A full base in a chain takes over nothing, however little changed; of the oldest state all that it stores is a change.
  const isFull = before !== null && (previousGuid !== before.guid || isBase);
  const sizeBefore = before?.facts?.diskSize ?? 0;
  const ranges = isFull ? [{ offset: 0, length: diskSize }] : sidecar.changes().ranges();
  yield* byStorage(sidecar, ranges);
  if (sizeBefore > diskSize) yield { offset: diskSize, length: sizeBefore - diskSize, isStored: false };
}

/**
 * The ranges in parts that are stored and parts that lie in blocks of zeros. Such a block is stored no more as a whole, with
 * whatever zeros in it had been written before: so all of it counts as changed.
 */
function* byStorage(sidecar: Sidecar, ranges: Iterable<Range>): Generator<ChangedRange> {
  const { blockSize, diskSize } = sidecar.facts;
  let told = 0;
  for (const { offset, length } of ranges) {
    const end = offset + length;
    for (let at = Math.max(told, offset); at < end; at = told) {
      const isStored = !sidecar.isZero(Math.floor(at / blockSize));
      let stop = alignDown(at, blockSize) + blockSize;
      while (stop < end && !sidecar.isZero(stop / blockSize) === isStored) stop += blockSize;
      const start = isStored ? at : Math.max(told, alignDown(at, blockSize));
      told = Math.min(stop, isStored ? end : diskSize);
      yield { offset: start, length: told - start, isStored };
    }
  }
}

/** Files of states in their order, oldest first. */
export type StoredFile = { readonly id: string; readonly path: string };

/**
 * From the extents of whole files, so structures count too. Null where the file system does not tell where blocks are.
 */
export function usageOfFiles(files: readonly StoredFile[], host: HostFiles): PointUsage | null {
  let before: { readonly extents: FileExtents; readonly size: number } | null = null;
  let isKnown = true;
  const usage = measureUsage(
    files.map(({ id, path }) => ({
      id,
      ranges: (function* () {
        if (!isKnown) return;
        const file = new DiskFile(path);
        const { size } = file;
        const extents = extentsOfFile(file, host);
        isKnown = extents !== null;
        if (extents === null) return;
        const old = before === null ? [] : before.extents.within(0, before.size, 0);
        yield* extentChanges(old, extents.within(0, size, 0));
        before = { extents, size };
      })(),
    })),
  );
  return isKnown ? usage : null;
}

function extentsOfFile(file: DiskFile, host: HostFiles): FileExtents | null {
  try {
    return FileExtents.of(host, file.host, file.size);
  } finally {
    file.close();
  }
}
