/**
 * The next state of a replica in the making, and its publication: the replica as it is becomes a recovery point, the
 * new state becomes the replica, in one instant.
 *
 *      1  <replica>/next-<guid>.vhdx is made and filled, closed whole and durable  P1
 *      2  its name is durable, before the sidecar is made                          P2
 *      3  .pitvault/<guid>.state is durable, bytes and name                        P3, P4
 *      4  <PITId>/ is made, <PITId>/disk0.vhdx is a second name of the replica     P5, P6
 *      5  next-<guid>.vhdx is renamed over <replica>/disk0.vhdx                    P7
 *
 * Before 5 the replica is the old state and the only one; 5 is the instant. What is found after a cut:
 *
 * - at 1, 2, 3: a file next-<guid>, maybe a sidecar nobody's disk goes by; both are removed.
 * - at 4: also the folder that the sidecar names, empty or with the replica's second name; removed first.
 * - at 5: old or new, since a rename is atomic; the old one is a state as at 4.
 * - after 5: nothing is left to do.
 *
 * Where the file system has no hard links, 4 moves the replica into <PITId>/ and 5 moves the new state to its place. The
 * sidecar of 3 is the journal: between the moves there is no replica, and recovery finishes what it says.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { ChangeMap } from '../sidecar/change-map.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import type { StateFacts } from '../sidecar/format.ts';
import { SidecarWriter } from '../sidecar/sidecar-writer.ts';
import { VhdxWriter } from '../vhdx/vhdx-writer.ts';
import type { Container, State } from './container.ts';
export type NextParams = {
    readonly container: Container;
    readonly fingerprint: Fingerprinter;
    readonly facts: StateFacts;
    /** The state it follows; null for the first. */
    readonly current: State | null;
};
/** The disk's geometry, as far as the next state inherits it. */
export type DiskShape = {
    readonly size: number;
    readonly logicalSectorSize: 512 | 4096;
    readonly virtualDiskId: string;
};
export declare class NextState {
    #private;
    readonly facts: StateFacts;
    readonly disk: VhdxWriter;
    readonly sidecar: SidecarWriter;
    /** Shares every extent of the present file that is not written, before P1; null where the file system cannot. `parent`: what the present one is over. */
    static clone(params: NextParams, parent: AddressMap | null): NextState | null;
    /** A disk that differs from the present one, which will be at `..\<PITId>\disk0.vhdx` when this is published. */
    static chain(params: NextParams, shape: DiskShape, parent: AddressMap): NextState;
    /** An empty disk that stands alone. */
    static base(params: NextParams, shape: DiskShape): NextState;
    /**
     * The first state again, in the file that an interrupted first backup has left. Nothing in it is believed: whoever
     * fills it compares what it holds. `unsound`: its structures are torn, as a power cut may have left them.
     */
    static resume(params: NextParams, shape: Pick<DiskShape, 'size' | 'logicalSectorSize'>): NextState | 'other-shape' | 'unsound';
    private constructor();
    /**
     * Makes the state durable and the replica. When this throws, recovery decides which of the two states is the replica.
     * `release` closes what reads the present replica: Windows gives no other file the name of one that is open.
     */
    publish(changes: ChangeMap, release: () => void, seal?: Uint8Array): void;
    /** Closes everything and undoes it, as far as the disk lets it: recovery comes again at the next opening. Never throws. */
    abandon(): void;
    /** Of a first state: closes everything and leaves the file for `resume`, as far as it is readable. */
    leave(): void;
}
