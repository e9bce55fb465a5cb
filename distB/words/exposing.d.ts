/** Giving a volume or a shadow copy a place where its files can be read, and taking it back. */
import type { Exposure, WordState } from './word-state.ts';
import type { MountSource } from './world.ts';
/** Mounts and unmounts; whoever runs the words knows how. */
export interface Mounter {
    mount(source: MountSource, directory: string): Promise<void>;
    unmount(directory: string): Promise<void>;
}
export type ExposeRequest = {
    readonly source: MountSource;
    readonly volumeGuid: string;
    readonly shadowId: string | null;
    readonly image: string;
};
/** At a letter, whose folder is in the state folder, or at an empty folder of the user's. */
export declare function expose(state: WordState, mounter: Mounter, place: string, request: ExposeRequest): Promise<Exposure>;
export declare function unexpose(state: WordState, mounter: Mounter, exposure: Exposure): Promise<void>;
/** The exposure at a letter or folder. */
export declare function exposureAt(state: WordState, place: string): Exposure;
