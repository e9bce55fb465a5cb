/** Pools on the host's file systems: the real store, and locks that die with their process. */
import type { HostFiles } from '../io/host-files.ts';
import type { ReplicaMode } from '../replica/layout.ts';
import { ReplicaPool } from '../replica/replica-pool.ts';
/** `files`: what the platform offers; without it locks are by lock files alone. */
export declare function openReplicaPool(path: string, files?: HostFiles): ReplicaPool;
/** Makes a folder a pool for the replicas of one DPM server. */
export declare function createReplicaPool(path: string, server: string, files?: HostFiles): ReplicaPool;
/** The mode that was asked for, or the best one. Throws kind `unsupported` for clones where no file can be cloned. */
export declare function modeFor(pool: ReplicaPool, asked: ReplicaMode | undefined): ReplicaMode;
/** The mode that fits the pool's file system, found by trying: whether whole files can be cloned there. */
export declare function bestMode(pool: ReplicaPool): ReplicaMode;
