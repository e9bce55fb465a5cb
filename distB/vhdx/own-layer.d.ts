/** A differencing disk without its parent: what it holds itself, what it says is zero, what it leaves to the parent. */
import type { AddressMap } from '../map/address-map.ts';
import { VhdxFile } from './vhdx-file.ts';
/** Opens the disk without looking for its parent: what that would give is the leaf BELOW. */
export declare function openOwnLayer(container: AddressMap, name: string): VhdxFile;
/** DataWriteGuids by which the disk names its parent; none for a disk that has no parent, or is no VHDX. */
export declare function readParentIdentities(container: AddressMap): readonly string[];
