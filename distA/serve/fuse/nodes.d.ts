/**
 * Node numbers that say by themselves what they stand for: a file record of a volume, or a folder of the tree. So nothing
 * has to be remembered for the kernel, but for links that have several names: the kernel keeps one target for a number, and
 * from another folder that would lead elsewhere, or out of the mount. So each further name of a link has a number of its own.
 */
import type { FileEntry, FileSystem } from '../../filesystem/file-system.ts';
import type { ServedFolder, ServedTree, ServedVolume } from '../served-tree.ts';
import type { Attributes } from './abi.ts';
export type EntryNode = Node & {
    readonly kind: 'entry';
};
export type Node = {
    readonly kind: 'folder';
    readonly folder: ServedFolder;
} | {
    readonly kind: 'entry';
    readonly volume: number;
    readonly fileSystem: FileSystem;
    readonly entry: FileEntry;
    readonly isRoot: boolean;
};
/** Volumes count from 1; below RECORDS are the folders of the tree. A number that no record can have stands for none. */
export declare function nodeNumber(volume: number, id: number): number;
export declare class Nodes {
    #private;
    constructor(tree: ServedTree);
    /** The node of this number, or null where it stands for nothing. Synchronous unless a volume has to be opened. */
    node(number: number): Node | null | Promise<Node | null>;
    /** The root directory of a volume in the tree. */
    volumeRoot(volume: ServedVolume): Node | null | Promise<Node | null>;
    /** The node of an entry, remembered: it is likely to be asked for next. */
    of(volume: number, fileSystem: FileSystem, entry: FileEntry): Node;
    /** The entry as it is to be given to the kernel: a link met under a name that is not the one its record leads to is a node of its own. */
    placed(volume: number, fileSystem: FileSystem, entry: FileEntry): FileEntry;
    attributes(node: Node): Attributes;
}
export declare function folderAttributes(id: number, modifiedMs: number): Attributes;
export declare function entryAttributes(volume: number, entry: FileEntry): Attributes;
export declare function isDirectory(entry: FileEntry): boolean;
export declare function isLink(entry: FileEntry): boolean;
/** A reparse point of another kind on a directory is one nobody can enter here: an empty directory. */
export declare function modeOf(entry: FileEntry): number;
