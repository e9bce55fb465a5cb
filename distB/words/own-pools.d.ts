/** Making and removing recovery points, for the words: in pools that pitvault keeps, and nowhere else. */
import type { HostFiles } from '../io/host-files.ts';
import { type PruneOptions } from '../replica/prune.ts';
import type { ReplicaPool } from '../replica/replica-pool.ts';
export declare class OwnPools {
    #private;
    /** `named`: whatever the command line names; pools of pitvault's are looked for among them. */
    constructor(named: readonly string[], files: () => Promise<HostFiles>);
    makePoint(replicaId: string): Promise<string>;
    /** Waits for readers of the point, as long as pruning does. One that an earlier run had condemned goes as the replica is locked. */
    removePoint(replicaId: string, id: string, options: PruneOptions): Promise<void>;
    /** The pool that keeps the replica. */
    requireKept(replicaId: string): Promise<ReplicaPool>;
}
