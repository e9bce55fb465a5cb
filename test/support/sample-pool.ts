/** The sample pool and what is known of it, unpacked by yauzl directly, so that tests do not rely on what they test. */

import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

export const SAMPLE_ZIP = join(import.meta.dirname, '../../fixtures/sample-pool.zip');

type TruthFile = {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly modified: string;
  readonly attributes: number;
  readonly links?: number;
  readonly streams?: readonly { name: string; size: number; sha256: string }[];
};

export type TruthState = {
  readonly id: string;
  readonly kind: 'replica' | 'point';
  readonly path: string;
  readonly capturedAt: string;
  readonly condition: 'sound' | 'dirty-log' | 'truncated' | 'refs' | 'differencing';
  readonly virtualSize: number;
  readonly virtualSha256: string;
  readonly imageSha256: string;
  readonly files: readonly TruthFile[];
};

export type Truth = {
  readonly dpmdb: { readonly server: string; readonly replicaId: string; readonly newest: string };
  readonly queries: readonly { replicaId: string; at: string; expect: string | null }[];
  readonly containers: readonly {
    server: string;
    replicaId: string;
    volumeLabel: string;
    opaque: string[];
    states: TruthState[];
  }[];
};

export const truth: Truth = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/sample-pool.truth.json'), 'utf8'),
);

export const states: readonly (TruthState & { readonly replicaId: string })[] = truth.containers.flatMap(
  ({ replicaId, states }) => states.map((state) => ({ ...state, replicaId })),
);

/** The pool as folders, below a temporary folder that the caller removes. */
export async function unpackSamplePool(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pitvault-pool-'));
  const zip = await openPromise(SAMPLE_ZIP);
  const times: [string, Date][] = [];
  for await (const entry of zip.eachEntry()) {
    const path = join(folder, ...entry.fileName.split('/'));
    times.push([path, entry.getLastModDate()]);
    if (entry.fileName.endsWith('/')) {
      mkdirSync(path, { recursive: true });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
  }
  for (const [path, time] of times.reverse()) utimesSync(path, time, time);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Every file below a folder, relative path to digest. */
export function digestTree(folder: string, below = ''): Map<string, string> {
  const digests = new Map<string, string>();
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) for (const [inner, digest] of digestTree(folder, path)) digests.set(inner, digest);
    else digests.set(path, sha256(readFileSync(join(folder, path))));
  }
  return digests;
}
