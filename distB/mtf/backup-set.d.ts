/** What a SQL Server backup says of itself: the sets on the medium, as RESTORE HEADERONLY and FILELISTONLY show them. */
import type { Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type Lsn } from '../mdf/boot-page.ts';
import { type MtfStream } from './block.ts';
import { type VirtualLogPlace } from './log-place.ts';
/** Each piece of MQDA and MQTL starts with two bytes that are not part of the data. */
export declare const LEAD = 2;
export type BackupKind = 'full' | 'differential' | 'log' | 'file' | 'partial' | 'unknown';
export type BackupFile = {
    readonly fileId: number;
    readonly kind: 'data' | 'log';
    readonly logicalName: string;
    readonly physicalName: string;
    /** Bytes of the file when it was backed up. */
    readonly size: number;
};
/** Data of one MSDA or MSTL block: where the pages or the log stand in the file; of the log, to which virtual log they belong. */
export type BackupRegion = {
    readonly kind: 'pages' | 'log';
    readonly pieces: readonly BackupPiece[];
    readonly log: VirtualLogPlace | null;
};
/** `checksum`: what BACKUP WITH CHECKSUM wrote behind the piece, else null. */
export type BackupPiece = MtfStream & {
    readonly checksum: number | null;
};
export type BackupSet = {
    /** FILE = n. */
    readonly position: number;
    readonly name: string;
    readonly user: string;
    readonly machine: string;
    readonly kind: BackupKind;
    readonly setId: string;
    /** The database's, which stands in the headers of its files too. */
    readonly bindingId: string;
    /** Of the full backup that a differential one stands on. */
    readonly baseId: string | null;
    readonly database: string;
    readonly server: string;
    readonly version: number;
    readonly build: string;
    readonly compatibilityLevel: number;
    readonly started: string | null;
    readonly finished: string | null;
    readonly firstLsn: Lsn;
    readonly lastLsn: Lsn;
    readonly checkpointLsn: Lsn;
    readonly checksums: boolean;
    readonly encrypted: boolean;
    readonly files: readonly BackupFile[];
    readonly regions: readonly BackupRegion[];
};
export type BackupMedium = {
    readonly name: string;
    readonly software: string;
    readonly mediaSetId: string | null;
    /** Files of the media set, and which one this is. */
    readonly stripes: number;
    readonly stripe: number;
    readonly password: boolean;
    readonly sets: readonly BackupSet[];
    readonly findings: readonly Finding[];
};
/** Reads the headers of a medium: a few KiB for each set, never its pages. */
export declare function readBackupMedium(map: AddressMap, name: string): BackupMedium;
