/**
 * Directories in the pieces the kernel asks for. Listings are walked, not held: each reader of a directory has a walk of
 * its own, which goes on where the last piece ended, or within it. A piece elsewhere is walked to from the start.
 *
 * The kernel always asks for attributes of what it lists, and `find` never does: to read the records of all files for it
 * would be most of its time. So a listing carries the attributes of folders and links alone, until somebody looks a file up
 * (`filesAreUsed`). Then the kernel is told to forget the listings that were given without, and the next LISTINGS_FULL
 * carry everything; whoever goes on using files renews that. A listing has the same entries and positions either way.
 */
import { type Owner } from './abi.ts';
import { type Node, type Nodes } from './nodes.ts';
export declare class DirectoryReader {
    #private;
    constructor(nodes: Nodes, owner: Owner);
    /** Somebody wants more of files than their names. Returns the numbers of the folders to be listed anew. */
    filesAreUsed(): readonly number[];
    /** Fills `out` from `at` on with at most `size` bytes of entries from `position` on; returns the bytes used. */
    read(node: Node, position: number, plus: boolean, out: DataView, at: number, size: number): Promise<number>;
}
