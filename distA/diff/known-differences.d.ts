/**
 * What the engine's sidecars tell of two states before anything is compared: change maps where few backups lie between
 * them, else fingerprints.
 *
 * A sidecar is believed as far as it proves itself, and only for the disk whose DataWriteGuid it names. Damage that came
 * to a disk later is not in it: finding that is what `verify` does.
 */
import type { Image } from '../image/image.ts';
import type { KnownDifferences } from './disk-diff.ts';
/** Null where a sidecar is missing or damaged, or the states are not kept alike. */
export declare function knownDifferences(before: Image, after: Image): Promise<KnownDifferences | null>;
