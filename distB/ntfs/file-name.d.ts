/** $FILE_NAME: one name of a file in one directory; also the key of directory entries. */
export declare const FILE_NAME: {
    readonly parent: 0;
    readonly created: 8;
    readonly modified: 16;
    readonly changed: 24;
    readonly accessed: 32;
    readonly allocatedSize: 40;
    readonly dataSize: 48;
    readonly flags: 56;
    readonly reparseTag: 60;
    readonly nameLength: 64;
    readonly namespace: 65;
    readonly name: 66;
};
export declare const FILE_NAME_SIZE_MIN = 66;
export declare const NAMESPACE_WIN32 = 1;
export declare const NAMESPACE_DOS = 2;
/** Bit of `flags` that only names carry. */
export declare const FILE_NAME_IS_DIRECTORY = 268435456;
/** True when `length` bytes at `offset` hold a whole name. */
export declare function holdsFileName(view: DataView, offset: number, length: number): boolean;
/** The name's text; unpaired surrogates are kept. */
export declare function fileNameText(view: DataView, offset: number): string;
/** Size that the name remembers: stale for hard links and open files, good enough where the record is lost. */
export declare function fileNameDataSize(view: DataView, offset: number): number;
