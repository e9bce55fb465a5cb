/**
 * A read-only WebDAV server on loopback: for Windows Explorer, Finder, rclone, cadaver and browsers. The secret is a
 * password (Basic), never part of a URL. A Host that is not this machine is refused, so that no web page can reach it.
 */
import type { ServedTree } from '../served-tree.ts';
export type WebDavOptions = {
    readonly tree: ServedTree;
    /** 0: any free one. */
    readonly port: number;
    readonly user: string;
    readonly password: string;
};
export declare class WebDavServer implements AsyncDisposable {
    #private;
    readonly url: string;
    private constructor();
    static listen(options: WebDavOptions): Promise<WebDavServer>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
