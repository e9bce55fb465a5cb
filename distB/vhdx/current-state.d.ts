/**
 * The disk of a file that is being written, as an address map: the reader's block map over the file with the changed
 * pages laid over it. Made anew when metadata has changed since it was last asked.
 */
import { type AddressMap, type ExtentSink } from '../map/address-map.ts';
import type { WriteSession } from './write-session.ts';
export declare class CurrentState {
    #private;
    constructor(session: WriteSession, parent: AddressMap | null);
    resolve(offset: number, length: number, at: number, sink: ExtentSink): void;
}
