/** Backups as databases: the sets that are needed, put together. */
import type { AddressMap } from '../map/address-map.ts';
import { type BackupMedium, type BackupSet } from './backup-set.ts';
export type BackupSource = {
    readonly map: AddressMap;
    readonly name: string;
};
export type BackupDataFile = {
    readonly fileId: number;
    readonly logicalName: string;
    readonly map: AddressMap;
};
/** A log file, as far as the backup holds it: see backup-log.ts. */
export type BackupLogFile = BackupDataFile;
export type Backup = {
    readonly media: readonly BackupMedium[];
    /** The set that was chosen, of the first medium that has it. */
    readonly set: BackupSet;
    /** The primary file first. */
    readonly files: readonly BackupDataFile[];
    /** None where the backup says too little of them. */
    readonly logs: readonly BackupLogFile[];
};
/**
 * The data files in a backup: its newest full set, or the one at `position`. Further sources are its other stripes, and
 * a differential backup that stands on it. Throws for what is missing, encrypted or of no use without something else.
 */
export declare function openBackup(sources: readonly BackupSource[], position?: number): Backup;
