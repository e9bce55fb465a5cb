/**
 * The two headers (MS-VHDX 2.2.2). A writer updates the one that is not current, so that one is always whole.
 *
 * 1. A header is valid when its signature and checksum are; the valid one of the higher sequence number is current.
 * 2. Two valid headers of one sequence number are accepted only when they are byte for byte the same (Disk2vhd writes
 *    such a pair): otherwise nothing says which one holds.
 * 3. Only the current header's fields are ever used.
 */
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type Header } from './format.ts';
/** One of the two places; `header` is null when what stands there is not valid, and `defect` says why. */
export type HeaderSlot = {
    readonly offset: number;
    readonly bytes: Uint8Array;
    readonly header: Header | null;
    readonly defect: string | null;
};
export type Headers = {
    readonly slots: readonly HeaderSlot[];
    readonly current: Header;
    /** Index of the current one in `slots`. */
    readonly currentIndex: number;
};
/** True when the bytes call themselves VHDX. A file of that name is never read as anything else. */
export declare function isVhdx(container: AddressMap): boolean;
/** The file identifier's bytes. Throws corrupt when the file is too short or is no VHDX. */
export declare function readFileIdentifier(container: AddressMap, image: string, findings: Finding[]): Uint8Array;
/** Reads both headers and chooses. Throws corrupt when none is valid or two contradict, unsupported for a version. */
export declare function readHeaders(container: AddressMap, image: string, findings: Finding[]): Headers;
/** CRC-32C of a structure whose own checksum, four bytes at `field`, counts as zero. */
export declare function checksumWithout(bytes: Uint8Array, field: number): number;
/** The first reserved byte of the headers and the identifier's 64 KiB that is not zero, for `check`. */
export declare function findHeaderReserved(slot: HeaderSlot): number | null;
/**
 * The DataWriteGuid that children name, read with as little as can be (both headers); null when these bytes are no
 * readable VHDX. For a search of parents by identity.
 */
export declare function readDataWriteGuid(container: AddressMap): string | null;
