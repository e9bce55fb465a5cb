/** Proof of a backup made WITH CHECKSUM: the sums behind its pages and its log, recomputed. */
import type { AddressMap } from '../map/address-map.ts';
import { type BackupMedium } from './backup-set.ts';
export type ChecksumResult = {
    readonly checked: number;
    readonly wrong: readonly {
        position: number;
        offset: number;
    }[];
};
/** Reads every piece that has a sum; `onBytes` is told how far it is and may throw to stop. */
export declare function checkBackupSums(map: AddressMap, medium: BackupMedium, onBytes: (bytes: number) => void): Promise<ChecksumResult>;
