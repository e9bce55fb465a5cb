/**
 * $UpCase: the volume's own idea of which letters are the same, and with it the order of its directories.
 *
 * A table that cannot be one is refused: under one that was overwritten with zeros every name is the same as any other of
 * its length, and a path would lead to another file.
 */
import { type Place } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
export declare const UPCASE_SIZE: number;
export declare class Upcase {
    #private;
    /** Not the volume's own: directories may be sorted otherwise. */
    readonly isStandIn: boolean;
    constructor(table: Uint16Array, isStandIn?: boolean);
    /** From the stream of record 10, `UPCASE_SIZE` bytes. Throws what reading it throws, NTFS_UPCASE for what is no such table. */
    static read(stream: AddressMap, place: Place): Upcase;
    /** A stand-in: single letters as Unicode maps them today. */
    static fallback(): Upcase;
    /** Order of two names with their case ignored: negative, 0 for the same letters, positive. */
    compare(a: string, b: string): number;
}
