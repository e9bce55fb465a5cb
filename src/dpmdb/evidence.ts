/**
 * The evidence bundle: what must be known after a disaster and is known before it only, in one file to keep outside the
 * server. It is sealed: a digest over its content tells whether it is still what was written.
 */

import { createHash } from 'node:crypto';
import { corrupt } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { DpmVersionReport } from './dpm-version.ts';
import type { KnownPool, KnownReplica } from './known-replicas.ts';
import type { TapeEntry } from './tape-card.ts';

const EVIDENCE_SCHEMA = 'pitvault.evidence/1';

type EvidenceReplica = KnownReplica & {
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
  readonly database: { readonly locator: string; readonly captured: string | null };
  readonly replicas: readonly EvidenceReplica[];
  readonly version: DpmVersionReport | null;
  readonly tapes: readonly TapeEntry[];
  /** What could not be read of the database, so that the bundle may lack it. Absent in bundles of old. */
  readonly lost?: readonly string[];
};

type Sealed = { readonly sha256: string; readonly evidence: Evidence };

export function makeEvidence(
  pool: readonly string[],
  catalog: Catalog,
  version: DpmVersionReport | null,
  tapes: readonly TapeEntry[],
  lost: readonly string[],
): Evidence {
  const { source } = catalog;
  return {
    schema: EVIDENCE_SCHEMA,
    pitvault: VERSION,
    created: new Date().toISOString(),
    pool,
    database: {
      locator: source.database,
      captured: source.capturedMs === null ? null : new Date(source.capturedMs).toISOString(),
    },
    replicas: catalog.entries.map(evidenceReplica),
    version,
    tapes,
    lost,
  };
}

function evidenceReplica({ known, name, replicaId, state, notes, containers }: CatalogEntry): EvidenceReplica {
  const nobody: KnownReplica = {
    replicaId,
    dataSource: null,
    server: null,
    serverFqdn: null,
    protectionGroup: null,
    validity: null,
    storage: [],
  };
  return {
    ...(known ?? nobody),
    name,
    state,
    notes,
    folders: containers.flatMap((container) => container.folders),
    points: containers.flatMap((container) => container.points.map(({ id }) => id)),
  };
}

/** The file's text. */
export function sealEvidence(evidence: Evidence): string {
  return `${JSON.stringify({ sha256: digestOf(evidence), evidence }, null, 2)}\n`;
}

function digestOf(evidence: Evidence): string {
  return createHash('sha256').update(JSON.stringify(evidence)).digest('hex');
}

/** True for text that calls itself an evidence bundle. */
export function isEvidence(content: string): boolean {
  return content.slice(0, 4096).includes(EVIDENCE_SCHEMA);
}

/** Opens a bundle. Throws kind `corrupt` when the seal does not hold. */
export function openEvidence(content: string, name: string): Evidence {
  let sealed: Sealed;
  try {
    sealed = JSON.parse(content) as Sealed;
  } catch (error) {
    throw corrupt('EVIDENCE_JSON', `${name} is no evidence bundle: ${(error as Error).message}`, {
      image: name,
      hint: 'the copy may be cut short: use another',
    });
  }
  if (sealed?.evidence?.schema !== EVIDENCE_SCHEMA || digestOf(sealed.evidence) !== sealed.sha256) {
    throw corrupt('EVIDENCE_SEAL', `the seal of ${name} does not hold: it was changed after it was written`, {
      image: name,
      hint: 'use another copy of it; what is in it can be read with any editor, and trusted as far as you trust the change',
    });
  }
  return sealed.evidence;
}

/** What a bundle knows, for a catalog. */
export function knownFromEvidence(evidence: Evidence): KnownPool {
  return {
    replicas: evidence.replicas
      .filter(({ state }) => state !== 'orphan')
      .map(({ replicaId, dataSource, server, serverFqdn, protectionGroup, validity, storage }) => ({
        replicaId,
        dataSource,
        server,
        serverFqdn,
        protectionGroup,
        validity,
        storage,
      })),
    missing: [],
  };
}
