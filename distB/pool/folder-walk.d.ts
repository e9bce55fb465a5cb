/** The folders of a pool, down to those that hold disks: each once, whatever names and links lead to it. */
import { type Finding } from '../errors.ts';
import type { PoolTree, TreeEntry } from './pool-tree.ts';
/** Of a finding: what lies below that folder is not known. */
export declare const FOLDER_UNREADABLE = "POOL_FOLDER_UNREADABLE";
export type Folder = {
    readonly path: string;
    readonly name: string;
    readonly parent: string;
    readonly parentName: string;
    /** Name of the folder two above: the server, when this folder is a point. */
    readonly serverName: string;
    readonly modifiedMs: number;
    readonly identity?: string | undefined;
    readonly entries: readonly TreeEntry[];
};
/** Told of each container as soon as its folders are read: they need not be kept. */
export type OnContainer = (container: Folder, folders: readonly Folder[]) => void;
type Found = Omit<Folder, 'entries'>;
export declare class FolderWalk {
    #private;
    readonly findings: Finding[];
    readonly unreadable: Set<string>;
    /** Images that are no `disk0.vhdx`: named when there is no pool. */
    readonly otherImages: string[];
    /** Disks of first backups that were interrupted, or are under way: next-<guid>.vhdx of pitvault's. */
    readonly unfinished: string[];
    /**
     * Walks the folder and those below it, down to the disks. A folder that holds folders with disks is a container, and is
     * told with them; the others are the result.
     */
    below(tree: PoolTree, root: Found, tell: OnContainer): Folder[];
}
export declare function hasDisk(folder: Folder): boolean;
export {};
