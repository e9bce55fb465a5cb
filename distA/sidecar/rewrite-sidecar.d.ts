/**
 * Puts a sidecar in the place of another of the same state, with other words on where it stands among its fellows, on
 * what changed, or with a seal. Fingerprints, index and root stay as they are, byte for byte.
 *
 * The new file is whole and durable under a name of its own before it takes the place; the caller syncs the folder
 * (`sidecarFolder`) when it has rewritten all it wants to.
 */
import type { FileStore } from '../io/file-store.ts';
import type { ChangeMap } from './change-map.ts';
import { type StateFacts } from './format.ts';
export type SidecarChange = {
    readonly facts?: Partial<Pick<StateFacts, 'previousGuid' | 'pointId' | 'depth'>>;
    readonly changes?: ChangeMap;
    readonly seal?: Uint8Array;
};
export declare function rewriteSidecar(store: FileStore, container: string, guid: string, change: SidecarChange): void;
