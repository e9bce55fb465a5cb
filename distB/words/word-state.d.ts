/** What the admin's words leave behind for each other: attached disks, and drive letters with what is exposed there. */
export type AttachedDisk = {
    /** As Windows numbers disks. */
    readonly number: number;
    /** Absolute locator. */
    readonly path: string;
};
export type Exposure = {
    /** `X:`, or the folder that was named instead of a letter. */
    readonly at: string;
    /** The folder that shows the files. */
    readonly directory: string;
    readonly volumeGuid: string;
    /** Shadow copy or recovery point; null for the volume itself. */
    readonly shadowId: string | null;
    readonly image: string;
};
export declare class WordState {
    #private;
    constructor();
    /** Runs `work` while no other command changes the state, which is read anew before. */
    exclusively<T>(work: () => T | Promise<T>): Promise<T>;
    get attached(): readonly AttachedDisk[];
    get exposures(): readonly Exposure[];
    /** The attached disk of this name, or of another name that leads to the same file. */
    find(path: string): AttachedDisk | undefined;
    /** Like all that changes the state, within `exclusively`. */
    attach(path: string): AttachedDisk;
    detach(path: string): void;
    /** The folder of a letter, made when it is missing; its path is the one that the system lists mounts by. */
    letterFolder(letter: string): string;
    exposed(at: string): Exposure | undefined;
    addExposure(exposure: Exposure): void;
    removeExposure({ at, directory }: Exposure): void;
}
/** A locator without links on its way; as it is where its file has gone. */
export declare function realLocator(locator: string): string;
