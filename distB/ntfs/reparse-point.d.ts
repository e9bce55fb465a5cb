/** Reparse points: links out of a directory, and marks of files whose content a filter driver keeps elsewhere. */
import type { FileKind } from '../filesystem/file-system.ts';
export declare const TAG: {
    readonly mountPoint: 2684354563;
    readonly hsm: 3221225476;
    readonly driveExtender: 2147483653;
    readonly hsm2: 2147483654;
    readonly sis: 2147483655;
    readonly wim: 2147483656;
    readonly symlink: 2684354572;
    readonly dedup: 2147483667;
    readonly wof: 2147483671;
    readonly appExecLink: 2147483675;
    readonly azureFileSync: 2147483678;
    readonly wslSymlink: 2684354589;
    readonly wslSocket: 2147483683;
    readonly wslFifo: 2147483684;
    readonly wslCharacter: 2147483685;
    readonly wslBlock: 2147483686;
};
export declare const REPARSE_SIZE_MAX: number;
export type ReparsePoint = {
    readonly tag: number;
    /** Of a link, as stored, without `\??\`. */
    readonly target?: string;
    readonly wof?: {
        readonly provider: number;
        readonly algorithm: number;
    };
    /** What is wrong with the data behind the tag. */
    readonly defect?: string;
};
export declare function decodeReparsePoint(bytes: Uint8Array): ReparsePoint | null;
export declare function isCloudTag(tag: number): boolean;
/** What an entry with this tag is. */
export declare function kindOfTag(tag: number, isDirectory: boolean): FileKind;
