/** Reads at a position until the target is full or the file ends. */
/** Bytes read: short only at the end of the file. Errors are of kind `io` and name the file and the offset. */
export declare function readFully(fd: number, name: string, offset: number, target: Uint8Array): number;
