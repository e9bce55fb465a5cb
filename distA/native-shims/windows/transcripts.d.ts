/**
 * What vssadmin, diskshadow and mountvol print, read back. Pure. The tools speak the language of the system, so lines are
 * known by their structure: what stands in braces, how deep they are nested, in which order they come; English words are
 * only a help where they are there. What cannot be told apart is refused, never guessed.
 */
import { StorageError } from '../../src/errors.ts';
export type TranscriptShadow = {
    readonly setId: string;
    readonly id: string;
    /** As printed; see `parseTime` for its meaning. */
    readonly created: string;
    /** Mount path of the original volume, or empty. */
    readonly originalPath: string;
    /** `\\?\Volume{...}\`, or a share. */
    readonly originalVolume: string;
    readonly device: string;
    readonly originatingMachine: string;
    readonly serviceMachine: string;
    readonly type: string;
    readonly attributes: readonly string[];
};
export declare class TranscriptError extends StorageError {
    constructor(message: string);
}
/**
 * `vssadmin list shadows`. A set's line ends in its GUID, the next line says when, then each copy has eight lines in a
 * fixed order: id, original volume, device, two machines, provider, type, attributes.
 */
export declare function parseVssadminShadows(text: string): TranscriptShadow[];
export type DiskshadowShadow = {
    readonly id: string;
    readonly setId: string;
    readonly alias: string | null;
    readonly originalVolume: string;
    readonly created: string;
    readonly device: string;
    readonly originatingMachine: string;
    readonly serviceMachine: string;
    /** Null: not exposed. */
    readonly exposed: string | null;
    readonly providerId: string;
    readonly attributes: readonly string[];
};
/** The copies in what diskshadow prints after `create` or `list shadows`; tabs, blanks, or no indent at all. */
export declare function parseDiskshadowShadows(text: string): DiskshadowShadow[];
export type MountvolVolume = {
    readonly name: string;
    readonly mountPoints: readonly string[];
};
/** The list of `mountvol`: volume names, each followed by its mount points or by a line in asterisks. */
export declare function parseMountvol(text: string): MountvolVolume[];
/** `Format-List`: a property a line, its name padded to the colon. The names are those of .NET, in every language. */
export declare function parseProperties(text: string): (readonly [name: string, value: string])[];
/** The lines without the maker's name and rights above them; in every language the latter names Microsoft. */
export declare function withoutBanner(text: string): string[];
/** Ids without braces, in small letters, and local times, of what `cimShadows` prints; null for what is no such list. */
export declare function parseCimTimes(text: string): ReadonlyMap<string, string> | null;
/** Which of the first two numbers of a date is the day; null where nothing tells. */
export type DateOrder = 'day first' | 'month first' | null;
/** The order that the times of one machine have, as far as one of them can be read in one way only. */
export declare function dateOrderOf(texts: readonly string[]): DateOrder;
/** Whether this time can be read in two ways. */
export declare function isUnclear(text: string, order: DateOrder): boolean;
/**
 * A printed time as its parts, in the styles seen: `7/1/2014 8:00:03 PM`, `25-08-2022 12:16:16`, `2022-08-25 12:16:16`.
 * `order` is what the other times of the machine tell. Null where day and month cannot be told apart, AM and PM or not (Australia
 * has them behind the day): the value stays text then.
 */
export declare function parseTime(text: string, order?: DateOrder): {
    readonly iso: string;
} | null;
