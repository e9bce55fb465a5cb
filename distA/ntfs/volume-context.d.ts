/** What every NTFS structure needs to know of its volume, and the bounded list of what was met on the way. */
import type { ErrorDetails, Finding, Place, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
/** Sizes in bytes, locations in clusters (LCN). */
export type Geometry = {
    readonly bytesPerSector: number;
    readonly clusterSize: number;
    readonly clusterCount: number;
    /** Bytes that the boot sector claims; the map below may be shorter (a truncated image) or one sector longer. */
    readonly size: number;
    readonly mftLcn: number;
    readonly mirrorLcn: number;
    readonly recordSize: number;
    readonly indexBlockSize: number;
    /** 16 hex digits, upper case. */
    readonly serial: string;
};
export type VolumeContext = {
    readonly map: AddressMap;
    /** The volume's name in messages. */
    readonly name: string;
    readonly geometry: Geometry;
    readonly findings: FindingLog;
};
/** Where something is: the structure in the format's words, the absolute byte in the volume. */
export declare function placeIn(context: VolumeContext, structure: string, offset?: number): Place;
/** The place of an error's details, with what the user can do next. */
export declare function detailsIn(context: VolumeContext, structure: string, offset: number, hint?: string): ErrorDetails;
/**
 * Findings, each told once, at most FINDINGS_MAX of them: a volume full of damage may not fill the memory with reports
 * about it. What comes after is counted by one last finding.
 */
export declare class FindingLog {
    #private;
    readonly list: Finding[];
    add(severity: Finding['severity'], code: string, message: string, at: Place, spec?: string): void;
    /** An error that was stepped over; `consequence` says what was done instead. */
    addError(error: StorageError, consequence: string, severity?: Finding['severity']): void;
}
