/**
 * What the engine's sidecars tell of two states before anything is compared: change maps where few backups lie between
 * them, else fingerprints.
 *
 * A sidecar is believed as far as it proves itself, and only for the disk whose DataWriteGuid it names. Damage that came
 * to a disk later is not in it: finding that is what `verify` does.
 */

import { dirname } from 'node:path';
import { RangeList } from '../base/range-list.ts';
import { StorageError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import { DiskStore } from '../io/disk-store.ts';
import { ChangeMap } from '../sidecar/change-map.ts';
import { type Fingerprinter, loadFingerprinter } from '../sidecar/fingerprint.ts';
import { differingRanges, type Sidecar } from '../sidecar/sidecar.ts';
import { openSidecar, sidecarPath } from '../sidecar/sidecar-files.ts';
import type { KnownDifferences } from './disk-diff.ts';

/** More change maps than this are slower to join than fingerprints to compare. */
const STEPS_MAX = 16;

/** Null where a sidecar is missing or damaged, or the states are not kept alike. */
export async function knownDifferences(before: Image, after: Image): Promise<KnownDifferences | null> {
  const [a, b] = [placeOf(before), placeOf(after)];
  if (a === null || b === null) return null;
  const fingerprint = await loadFingerprinter();
  const sidecars: Sidecar[] = [];
  const open = (place: Place): Sidecar | null => {
    const sidecar = tryOpen(place, fingerprint);
    if (sidecar !== null) sidecars.push(sidecar);
    return sidecar;
  };
  try {
    const [one, two] = [open(a), open(b)];
    if (one === null || two === null) return null;
    const changes = a.container === b.container ? changesBetween(one, two, a.container, open) : null;
    if (changes !== null) return { method: 'changes', ranges: listOf(changes.ranges()) };
    if (one.facts.blockSize !== two.facts.blockSize) return null;
    return { method: 'fingerprints', ranges: listOf(differingRanges(one, two)) };
  } catch (error) {
    if (StorageError.isDamage(error)) return null; // the disks themselves are asked then
    throw error;
  } finally {
    for (const sidecar of sidecars) sidecar.close();
  }
}

type Place = { readonly container: string; readonly guid: string };

/** Where the sidecar of an image would be, when the image is a state of a replica and has one. */
function placeOf({ source, disk }: Image): Place | null {
  if (source.hostPath === null || disk.format !== 'vhdx' || disk.dataIdentity === null) return null;
  const place = { container: dirname(dirname(source.hostPath)), guid: disk.dataIdentity };
  return new DiskStore().exists(sidecarPath(place.container, place.guid)) ? place : null;
}

function tryOpen({ container, guid }: Place, fingerprint: Fingerprinter): Sidecar | null {
  try {
    return openSidecar(new DiskStore(), container, guid, fingerprint);
  } catch (error) {
    if (StorageError.isDamage(error)) return null;
    throw error;
  }
}

/** The change maps of all states from the earlier one to the later one, joined; null when there is no such way. */
function changesBetween(
  one: Sidecar,
  two: Sidecar,
  container: string,
  open: (place: Place) => Sidecar | null,
): ChangeMap | null {
  const [earlier, later] = one.facts.sequence <= two.facts.sequence ? [one, two] : [two, one];
  const end = earlier.facts.dataWriteGuid;
  let changes = new ChangeMap();
  let state: Sidecar = later;
  for (let step = 0; step < STEPS_MAX; step++) {
    if (state.facts.dataWriteGuid === end) return changes;
    const { previousGuid, diskSize } = state.facts;
    changes = changes.union(state.changes());
    const previous: Sidecar | null =
      previousGuid === end ? earlier : previousGuid === null ? null : open({ container, guid: previousGuid });
    if (previous === null) return null;
    // A map ends with its disk, and zeros that come with a larger one are no change to it.
    changes = changes.resized(previous.facts.diskSize, diskSize);
    state = previous;
  }
  return null;
}

function listOf(ranges: Iterable<{ readonly offset: number; readonly length: number }>): RangeList {
  const list = new RangeList();
  for (const { offset, length } of ranges) list.add(offset, length);
  return list;
}
