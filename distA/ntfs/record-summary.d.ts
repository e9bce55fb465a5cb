/**
 * What a listing needs of a file record, read in one pass over its bytes into an object that is used again: a million
 * files are listed without an object for each attribute.
 *
 * `isPartial` says that the record alone does not tell (attribute list, non-resident reparse point): then
 * `summarise` fills the same object from all attributes of the file.
 */
import { type Attribute } from './attribute.ts';
import { type FileAttributes } from './file-attributes.ts';
import { type ReparsePoint } from './reparse-point.ts';
import type { VolumeContext } from './volume-context.ts';
export type FileName = {
    readonly parent: number;
    readonly parentSequence: number;
    readonly text: string;
    readonly namespace: number;
};
export declare class RecordSummary {
    #private;
    sequence: number;
    isDirectory: boolean;
    createdMs: number;
    modifiedMs: number;
    changedMs: number;
    accessedMs: number;
    attributes: number;
    size: number;
    /** Names, short DOS names not counted. */
    links: number;
    /** The same names; only filled when asked for. */
    names: FileName[];
    reparse: ReparsePoint | null;
    isPartial: boolean;
    /** There are names that no record gives: the directories may still have them. */
    hasLostNames: boolean;
    /** FILE_NAME attributes in the record itself, short DOS names too, and how many the file has by its header. */
    ownNames: number;
    allNames: number;
    /** Offset of the attribute at which the walk had to end, relative to the record; -1 when it came to the end. */
    defectOffset: number;
    /**
     * Reads the record at `base`, fixups applied. `withNames`: fill `names`. Attributes that no listing needs are passed
     * over with no look inside. `alone`: nothing but this record will be asked, so its attribute list ends nothing.
     */
    read(view: DataView, base: number, withNames: boolean, alone?: boolean): void;
    /** Reads a file from all its attributes. */
    summarise(context: VolumeContext, file: FileAttributes): void;
}
/** The reparse point of a file, resident or not; null (and a finding) where it cannot be read. */
export declare function readReparsePoint(context: VolumeContext, attribute: Attribute): ReparsePoint | null;
