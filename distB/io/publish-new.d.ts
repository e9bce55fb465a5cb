/** Gives a finished file its name: a hard link never replaces a file that came in the meantime, as a rename does. */
import type { FileStore } from './file-store.ts';
/** `requireFree` throws when something has the name already. */
export declare function publishNew(store: FileStore, partial: string, path: string, requireFree: () => void): void;
