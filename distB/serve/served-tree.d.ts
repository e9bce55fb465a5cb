/**
 * What is shown to those who browse: the files of one volume, or a pool as folders of servers, replicas and points with
 * the files of each point in it. Numbers of folders and volumes stay what they were when it was opened.
 */
import type { FileEntry, FileSystem } from '../filesystem/file-system.ts';
import { type ShadowChoice } from '../image/choose-shadow.ts';
import type { OpenOptions } from '../image/source.ts';
export type ServedFolder = {
    readonly kind: 'folder';
    /** From 1, the root. */
    readonly id: number;
    readonly name: string;
    readonly modifiedMs: number;
    /** Built when first asked for: it may have to open disks. */
    readonly children: () => Promise<readonly (ServedFolder | ServedVolume)[]>;
};
/** A file system in the tree. */
export type ServedVolume = {
    readonly kind: 'volume';
    /** From 1. */
    readonly id: number;
    readonly name: string;
    readonly modifiedMs: number;
};
export type SourceOptions = ShadowChoice & {
    /** Paths of an image, or roots of a pool. */
    readonly roots: readonly string[];
    readonly isPool: boolean;
    readonly volume?: string | undefined;
    readonly open: OpenOptions;
};
/** A file system that stays open until this is disposed of. */
export type HeldVolume = Disposable & {
    readonly fileSystem: FileSystem;
    /** Of its content: see Image. */
    readonly identity: string | null;
};
export declare class ServedTree implements AsyncDisposable {
    #private;
    readonly root: ServedFolder | ServedVolume;
    private constructor();
    /** `isRemembered`: whoever browses keeps what it has seen of a volume (a kernel), and must never see another in its place. */
    static open(options: SourceOptions, isRemembered?: boolean): Promise<ServedTree>;
    folder(id: number): ServedFolder | null;
    /**
     * The file system of a volume, at once where it is open. The one used longest ago makes room: what it has given is worth
     * nothing then, so whoever keeps any of that compares, or holds the volume.
     */
    fileSystem(id: number): FileSystem | Promise<FileSystem>;
    /** The same for those who need it for longer, however many others are opened meanwhile. */
    hold(id: number): Promise<HeldVolume>;
    /** Keeps a volume open, once it is, until this is disposed of. */
    keep(id: number): Disposable;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
/** Where a link leads, as a relative path that stays in the volume; Windows' own roots become that of the volume. */
export declare function linkTarget(entry: FileEntry): string;
