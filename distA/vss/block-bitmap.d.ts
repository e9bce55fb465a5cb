/** Which blocks were unallocated when a copy was made: bit n of a chain of records stands for block n. */
import { type RecordVolume } from './record.ts';
export declare class BlockBitmap {
    #private;
    /** `first` is the volume offset of the first record; nothing is read yet. */
    constructor(volume: RecordVolume, first: number);
    /** Walks the chain once, so that damage shows before anything relies on a bit. Throws VSS_RECORD_*. */
    load(): void;
    /** True when the block was unallocated. Beyond the end of the chain everything counts as allocated. */
    has(block: number): boolean;
}
