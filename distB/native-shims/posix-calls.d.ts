/** Calls that Linux and macOS share, with the numbers that differ passed in. */
import type { ByteRange, HostFile, LockMode, LockOutcome } from '../src/io/host-files.ts';
import type { Koffi, Library } from './koffi.ts';
/** "Not here": an old kernel, another file system, another kind of file. */
export declare const NOT_SUPPORTED: ReadonlySet<number>;
export type Whence = {
    readonly data: number;
    readonly hole: number;
};
export declare class PosixCalls {
    #private;
    constructor(koffi: Koffi, library: Library, whence: Whence);
    /** errno of the call just made. */
    errno(): number;
    /** Repeats a call that a signal has interrupted; 0 or more is its result, below 0 minus errno. */
    call(make: () => number): number;
    /** SEEK_DATA and SEEK_HOLE in turn; null where the first answer is that this cannot be asked. */
    dataRanges(file: HostFile, from: number, to: number): Iterable<ByteRange> | null;
    lock(file: HostFile, mode: LockMode): LockOutcome;
}
