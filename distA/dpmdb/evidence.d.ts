/**
 * The evidence bundle: what must be known after a disaster and is known before it only, in one file to keep outside the
 * server. It is sealed: a digest over its content tells whether it is still what was written.
 */
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { DpmVersionReport } from './dpm-version.ts';
import type { KnownPool, KnownReplica } from './known-replicas.ts';
import type { TapeEntry } from './tape-card.ts';
export declare const EVIDENCE_SCHEMA = "pitvault.evidence/1";
export type EvidenceReplica = KnownReplica & {
    readonly name: string;
    readonly state: CatalogEntry['state'];
    readonly notes: readonly string[];
    /** Folders in the pool, and the recovery points in them. */
    readonly folders: readonly string[];
    readonly points: readonly string[];
};
export type Evidence = {
    readonly schema: typeof EVIDENCE_SCHEMA;
    readonly pitvault: string;
    readonly created: string;
    readonly pool: readonly string[];
    readonly database: {
        readonly locator: string;
        readonly captured: string | null;
    };
    readonly replicas: readonly EvidenceReplica[];
    readonly version: DpmVersionReport | null;
    readonly tapes: readonly TapeEntry[];
    /** What could not be read of the database, so that the bundle may lack it. Absent in bundles of old. */
    readonly lost?: readonly string[];
};
export declare function makeEvidence(pool: readonly string[], catalog: Catalog, version: DpmVersionReport | null, tapes: readonly TapeEntry[], lost: readonly string[]): Evidence;
/** The file's text. */
export declare function sealEvidence(evidence: Evidence): string;
/** True for text that calls itself an evidence bundle. */
export declare function isEvidence(content: string): boolean;
/** Opens a bundle. Throws kind `corrupt` when the seal does not hold. */
export declare function openEvidence(content: string, name: string): Evidence;
/** What a bundle knows, for a catalog. */
export declare function knownFromEvidence(evidence: Evidence): KnownPool;
