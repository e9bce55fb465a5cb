/**
 * Names of an archive's members. Nothing in the format keeps a name from leaving the folder in which an archive is
 * unpacked, or from standing there twice:
 *
 *     leaves its folder        (`..`, absolute, a drive) the member is left out, and told
 *     twice, the same bytes    by size and checksum: one of them is read, and that is told
 *     twice, other bytes       nobody knows which is meant: the name is refused, and each is read under a stand-in of
 *                              its own, `disk0#1.vhdx` and `disk0#2.vhdx`, in the order of the central directory
 */
import { type Finding, StorageError } from '../errors.ts';
export type NamedMember<T> = {
    readonly name: string;
    /** Uncompressed bytes. */
    readonly size: number;
    readonly crc32: number;
    readonly modifiedMs: number;
    /** Why the name cannot be used, or null. */
    readonly fault: string | null;
    readonly entry: T;
};
export type MemberNames<T> = {
    /** By name; folders end with `/`. Of an ambiguous name the entry that stands last, for those who list. */
    readonly entries: ReadonlyMap<string, T>;
    /** Names that are there and cannot be read, with the error for whoever asks for one. */
    readonly refused: ReadonlyMap<string, StorageError>;
    readonly findings: readonly Finding[];
};
/** Gives each member of `archive` a name of its own. */
export declare function nameMembers<T>(archive: string, members: readonly NamedMember<T>[]): MemberNames<T>;
/** `./a//b` is `a/b`, and so is `/a/b`. */
export declare function withoutEmptyParts(name: string): string;
