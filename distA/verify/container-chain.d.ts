/**
 * The disks of a container, opened one after another from the oldest on, so that each finds its parent open already:
 * every file is opened once, however deep the chain. What no later state can need is closed on the way.
 *
 * Backups wait for nobody: one that comes meanwhile makes the live replica a point, and puts another disk in its place. A
 * state is the disk that it was when it was listed, wherever that lies now.
 */
import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap } from '../map/address-map.ts';
import { VhdxFile } from '../vhdx/vhdx-file.ts';
import type { StateFile } from './state-files.ts';
export type OpenState = {
    /** Where it is now. */
    readonly state: StateFile;
    readonly file: ByteFile;
    /** The state's disk, composed with its parents. What it keeps in memory for reading goes with it. */
    readonly disk: VhdxFile;
    /** The same disk as others stand on it: nothing is read through it as a whole, so it keeps nothing. */
    readonly link: VhdxFile;
    /** The file alone: what it takes from its parent is a computed leaf of `BELOW`. */
    readonly own: AddressMap;
};
export declare class ContainerChain {
    #private;
    /** `states`: all of the container, among which parents are looked for that are not open yet. `list`: as they are now. */
    constructor(open: (path: string) => ByteFile, states: readonly StateFile[], list: () => readonly StateFile[]);
    /** Opens the next state. Throws what keeps it from being read. */
    next(listed: StateFile): OpenState;
    close(): void;
}
