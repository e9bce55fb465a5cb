/**
 * Work for threads that look at the bytes of a map: items in shared memory, taken by whoever is free.
 *
 * An item is a run of neighbouring blocks, at most ITEM_SIZE bytes of the map: see ITEM. A piece says where some of its
 * bytes live: four numbers as in batch.ts, the place counted from the start of the item. What is found of each block is
 * kept by slot: the blocks of all items in order.
 */
import type { ByteFile } from '../io/byte-file.ts';
import type { AddressMap } from '../map/address-map.ts';
export declare const ITEM_SIZE: number;
/** Half a GiB: a message to the other thread costs it some milliseconds. */
export declare const ITEMS_MAX = 512;
/** Numbers of an item. */
export declare const ITEM: {
    readonly length: 0;
    readonly firstPiece: 1;
    readonly endPiece: 2;
    readonly slot: 3;
    readonly block: 4;
    readonly SIZE: 5;
};
/** What crosses to a worker: names and numbers, never handles. */
export type SharedItems = {
    readonly items: Float64Array<SharedArrayBuffer>;
    readonly count: number;
    readonly pieces: Float64Array<SharedArrayBuffer>;
    readonly sources: readonly string[];
    readonly control: Int32Array<SharedArrayBuffer>;
};
export declare class ItemBatch {
    #private;
    readonly items: Float64Array<SharedArrayBuffer>;
    readonly pieces: Float64Array<SharedArrayBuffer>;
    readonly files: ByteFile[];
    /** Items that need more than reading files: they are done by the planner. */
    readonly special: number[];
    count: number;
    bytes: number;
    /** Items that it takes, at most ITEMS_MAX. */
    limit: number;
    readonly blockSize: number;
    constructor(blockSize: number);
    /** Blocks that a batch can hold. */
    get slots(): number;
    /** Of them, those that blocks were added to. */
    get usedSlots(): number;
    /** True when every file can be opened by another thread. */
    get shareable(): boolean;
    /** Adds blocks of the map; false when there is no room: nothing was added then. */
    add(map: AddressMap, block: number, length: number): boolean;
    clear(): void;
}
/** Tells first block, first slot, number of blocks and number of each item. */
export declare function forEachItem(batch: ItemBatch, blockSize: number, visit: (block: number, slot: number, count: number, item: number) => void): void;
