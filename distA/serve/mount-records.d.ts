/** Which mounts are running, by a file for each; a record whose process is gone tells of a mount that was left behind. */
import { type ProcessIdentity } from '../io/process-identity.ts';
export type MountRecord = {
    readonly directory: string;
    /** As the user named it. */
    readonly source: readonly string[];
    /** ISO 8601. */
    readonly since: string;
    readonly process: ProcessIdentity;
};
/** Writes the record of a mount of this process; returns what removes it. */
export declare function recordMount(record: Omit<MountRecord, 'process' | 'since'>): () => void;
/** The running mounts, oldest first; those whose process is gone are cleaned away and told. */
export declare function runningMounts(onCleaned: (record: MountRecord) => void): MountRecord[];
