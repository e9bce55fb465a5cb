/** A data file as it stands in its backups: extents of the full one, those of later ones over it, zeros between. */
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import type { ExtentIndex } from './page-region.ts';
/** An index and the backup file that it points into. */
export type Layer = {
    readonly index: ExtentIndex;
    readonly map: AddressMap;
};
export declare class BackupImage implements AddressMap {
    #private;
    readonly size: number;
    /** Layers oldest first. `size`: bytes of the file when it was backed up; more where the extents reach further. */
    constructor(layers: readonly Layer[], size: number);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
