/**
 * The volumes and shadow copies that the admin's words speak of: of the attached disks, and of images and pools that the
 * command line names. The recovery points of a pool are the shadow copies of their replica volume.
 */
import type { OpenOptions } from '../image/source.ts';
import type { ShadowLines } from './layouts.ts';
import { type WordState } from './word-state.ts';
/** How to mount something, as `pitvault mount` takes it. */
export type MountSource = {
    readonly locator: string;
    readonly options: readonly string[];
};
export type WorldVolume = {
    readonly guid: string;
    readonly image: string;
    readonly source: MountSource;
    /** Bytes. */
    readonly size: number;
    /** Diff area of its shadow copies: on which volume, bytes in use and at most; null where it has none. */
    readonly storage: {
        readonly guid: string;
        readonly used: number;
        readonly maximum: number;
    } | null;
};
export type WorldShadow = ShadowLines & {
    readonly source: MountSource;
    readonly image: string;
    /** What stands in for its time, where nothing inside tells when it was made; else null. */
    readonly timeDoubt: string | null;
};
export declare class World implements AsyncDisposable {
    #private;
    private constructor();
    /**
     * `named`: images and pools besides the attached disks. An attached disk that cannot be opened any more is told to `note`
     * and left out: it must not keep the others from being used.
     */
    static open(state: WordState, named: readonly string[], open: OpenOptions, note: (text: string) => void): Promise<World>;
    volumes(): WorldVolume[];
    /** The volume of this GUID: of several, that of the disk attached last. */
    volume(guid: string): WorldVolume;
    /** All shadow copies, numbered as devices in this order. */
    shadows(): Promise<WorldShadow[]>;
    shadow(id: string): Promise<WorldShadow>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
/** A listing has one place for a time: that it is no time of capture has to be told beside it. */
export declare function noteDoubts(shadows: readonly WorldShadow[], note: (text: string) => void): void;
/** `X:\`, or the folder. */
export declare function mountPointsOf(state: WordState, guid: string): string[];
