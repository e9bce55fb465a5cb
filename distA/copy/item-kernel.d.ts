/** What threads do with the items of an ItemBatch: take one, read its bytes by its pieces, hand them to a judge. */
import type { AddressMap } from '../map/address-map.ts';
import { type ItemBatch, type SharedItems } from './item-batch.ts';
/** Fills `target` from a source, or throws. */
type ReadPiece = (source: number, offset: number, target: Uint8Array) => void;
/** Fills `target` with the bytes of an item from `start` on. */
export type ReadItem = (start: number, target: Uint8Array) => void;
/** Leaves what it finds of an item in shared memory. */
export type JudgeItem = (item: number, read: ReadItem) => void;
/** Takes items until none is left. Runs in a worker. */
export declare function takeItems(shared: SharedItems, judge: JudgeItem): void;
export declare function isSpecial(shared: SharedItems, item: number): boolean;
/** All of it is zeros that are stored nowhere. */
export declare function isHole({ items, pieces }: SharedItems, item: number): boolean;
/** Reads an item, or any part of it, by its pieces. */
export declare function itemReader({ items, pieces }: SharedItems, item: number, read: ReadPiece): ReadItem;
/** Reads pieces in the planning thread, which has the files themselves open. */
export declare function readerOf(batch: ItemBatch): ReadPiece;
/**
 * The planning thread's share: first what only it can do, through the map, then whatever is left. The event loop runs
 * now and then, for signals and for the other thread's arrival. True when there was nothing left for that one to take:
 * then it needs not be waited for, as where it is still on its way.
 */
export declare function takeHere(map: AddressMap, batch: ItemBatch, shared: SharedItems, judge: JudgeItem, signal: AbortSignal | undefined): Promise<boolean>;
/** What the other thread could not read, once more: this one has the files themselves open, not their paths. */
export declare function retry(batch: ItemBatch, shared: SharedItems, wasRead: (slot: number) => boolean, judge: JudgeItem): void;
/** False where the bytes cannot be had, for whatever reason lies in the storage. */
export declare function tryRead(read: ReadItem, start: number, target: Uint8Array): boolean;
export {};
