/** An NBD server on a Unix socket that only its owner can open, or on loopback. Read-only. */
import type { NbdExport } from './meta-context.ts';
export type NbdAddress = {
    readonly socket: string;
}
/** Port 0: any free one. */
 | {
    readonly port: number;
};
export declare class NbdServer implements AsyncDisposable {
    #private;
    /** As clients write it. */
    readonly uri: string;
    private constructor();
    static listen(served: NbdExport, address: NbdAddress): Promise<NbdServer>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
