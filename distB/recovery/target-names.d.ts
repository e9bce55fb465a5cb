/**
 * Where the files of a volume go in the target. Names of one volume are distinct, so only a name that had to be altered
 * can collide with another, or, on a target that ignores case, any name: such names are remembered, and told apart by a
 * number.
 */
import type { Staging } from './staging.ts';
/** A folder of the volume, and what it is called in the target. */
export type Folder = {
    readonly path: string;
    readonly components: readonly string[];
    /** Relative to the target; '' or with a slash at its end. */
    readonly prefix: string;
    readonly staged: string;
    /** Its name or that of a folder around it had to be altered. */
    readonly altered: boolean;
};
/** Where a file goes. */
export type Place = {
    readonly folder: Folder;
    readonly name: string;
};
export declare class TargetNames {
    #private;
    /** `pathsSoFar` gives what was placed before: asked once, and only where a name has to be altered. */
    constructor(staging: Staging, pathsSoFar: () => Iterable<string>);
    /** The place of a path; the root's has no name. */
    place(path: string): Place;
}
