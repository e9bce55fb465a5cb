/** What an export tells of its blocks without reading them: holes, and what differs from another state. */
import type { AddressMap } from '../../map/address-map.ts';
export interface MetaContext {
    readonly name: string;
    /** Pairs of length and flags from `offset` on; they cover all of `length` or, with `limit` pairs, a part of it. */
    status(offset: number, length: number, limit: number): number[];
}
/** What a server offers. */
export type NbdExport = {
    readonly name: string;
    readonly map: AddressMap;
    readonly contexts: readonly MetaContext[];
};
/** `base:allocation`: clients skip what is a hole. */
export declare function allocationContext(map: AddressMap): MetaContext;
/** A range of changed bytes. */
export type ChangedRange = {
    readonly offset: number;
    readonly length: number;
};
/** `qemu:dirty-bitmap:NAME`: what differs from another state, as ranges in ascending order. */
export declare function dirtyContext(name: string, changes: readonly ChangedRange[], size: number): MetaContext;
