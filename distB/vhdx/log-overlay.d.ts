/**
 * A dirty log applied in memory: the file as it would be after replay, as an address map. The input is never written.
 *
 * 1. Held for each changed page is where its bytes stand in the log, never the bytes: a few MiB whatever the log.
 * 2. Of several entries that change a page, the last one counts.
 * 3. The file is as long as the log says it was: bytes past the real end are zero.
 */
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import { type ActiveSequence, type LogRing } from './log.ts';
export declare class LogOverlay implements AddressMap {
    #private;
    readonly size: number;
    /** Pages of 4 KiB whose bytes come from the log, zeroed ranges not counted. */
    readonly pageCount: number;
    /** Throws corrupt when the file is shorter than the log knows it to be. */
    constructor(container: AddressMap, ring: LogRing, active: ActiveSequence, image: string);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
