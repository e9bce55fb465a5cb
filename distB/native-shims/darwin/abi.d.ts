/** The words of macOS (sys/fcntl.h, sys/unistd.h, sys/mount.h), 64 bits. Written from the headers, not verified here. */
/** The other way round than on Linux. */
export declare const SEEK_HOLE = 3;
export declare const SEEK_DATA = 4;
export declare const F_PUNCHHOLE = 99;
export declare function encodePunchHole(offset: number, length: number): Uint8Array;
/** Intel machines keep the older struct under the plain name. */
export declare const STATFS_SYMBOL: string;
export declare function statfsBuffer(): Uint8Array;
export declare function statfsName(statfs: Uint8Array): string;
