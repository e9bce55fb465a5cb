/** Verification of whole pools and of single images: the front door of src/verify. */

import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BlockChecker } from '../copy/block-checker.ts';
import { asStorageError, type Finding, findingOf, notFound, StorageError, unsupported } from '../errors.ts';
import { checkImage } from '../image/check-image.ts';
import { openImage } from '../image/image.ts';
import { type Leased, leaseReplica, leaseState } from '../image/reader-lease.ts';
import { DiskStore } from '../io/disk-store.ts';
import type { HostFiles } from '../io/host-files.ts';
import { PortableHostFiles } from '../io/portable-host-files.ts';
import { looksLikePool, openPool } from '../pool/scan-pool.ts';
import { isOfOne } from '../replica/unreadable.ts';
import { loadFingerprinter } from '../sidecar/fingerprint.ts';
import { listStateFiles, type StateFile } from './state-files.ts';
import { type ContainerReport, ContainerVerifier, type StateReport } from './verify-container.ts';

/** `blocks` of a stat, bytes. */
const STAT_BLOCK = 512;

export type VerifyRequest = {
  /** Takes part in finding out what states share; without it more is read. */
  readonly host?: HostFiles | undefined;
  readonly threads?: 1 | 2 | undefined;
  /** Compute the SHA-256 of each state, and compare it with its seal where it has one. */
  readonly seal?: boolean | undefined;
  /** Of a pool: this replica only. */
  readonly replica?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

export type VerifyReport = {
  readonly target: string;
  readonly containers: readonly ContainerReport[];
  /** Of the pool as a whole, or of an image that has no fingerprints. */
  readonly findings: readonly Finding[];
  readonly totals: {
    readonly states: number;
    readonly verified: number;
    readonly withoutFingerprints: number;
    readonly damagedBlocks: number;
    /** Findings of severity `error`. */
    readonly errors: number;
    readonly bytesRead: number;
  };
};

/** Reads everything below a pool's root, or one image, and tells what is not as it was written. Writes nothing. */
export async function verify(target: string, request: VerifyRequest = {}): Promise<VerifyReport> {
  const path = resolve(target);
  const stat = statSync(path, { throwIfNoEntry: false });
  const isArchive = stat?.isFile() === true && /\.zip$/i.test(path) && (await looksLikePool(path));
  if (isArchive || (stat === undefined && target.includes('::'))) {
    throw unsupported('VERIFY_INSIDE', `${target}: in archives and images nothing is proven, but of files on disk`, {
      image: target,
      hint: 'copy or unpack it first; pitvault check reads the structures of an image where it lies',
    });
  }
  if (stat === undefined) throw notFound('VERIFY_TARGET', `${target} does not exist`, { image: target });
  await using checker = new BlockChecker({ threads: request.threads ?? 2 });
  const store = new DiskStore();
  const verifierOf = async (container: string, states: readonly StateFile[]): Promise<ContainerVerifier> => {
    checker.expect(bytesToRead(states));
    return new ContainerVerifier(container, states, { ...options, fingerprint: await loadFingerprinter() });
  };
  const options = {
    store,
    host: request.host ?? new PortableHostFiles('none was given'),
    checker,
    seal: request.seal,
    signal: request.signal,
    onProgress: request.onProgress,
  };
  const findings: Finding[] = [];
  if (!stat.isDirectory()) {
    const container = portable(dirname(dirname(path)));
    using _held = held(leaseState(path, request.host), findings);
    const states = listStateFiles(store, container);
    const chosen = states.filter((state) => resolve(state.path) === path);
    if (chosen[0]?.facts == null) return reportOf(target, [], [...findings, ...(await checkAlone(path))]);
    const report = await (await verifierOf(container, states)).run(chosen[0]);
    return reportOf(target, [report], findings);
  }
  await using pool = await openPool(target, { signal: request.signal });
  const reports: ContainerReport[] = [];
  for (const { folders, findings: told } of pool.select({ replica: request.replica })) {
    findings.push(...told.filter(({ severity }) => severity === 'error'));
    for (const folder of folders) {
      const container = portable(folder);
      using _held = held(leaseReplica(container, request.host), findings);
      const states = statesIn(store, container, findings);
      if (states !== null) reports.push(await (await verifierOf(container, states)).run());
    }
  }
  return reportOf(target, reports, [...pool.findings, ...findings]);
}

/** Null where the container itself is damaged, which costs the others nothing. */
function statesIn(store: DiskStore, container: string, findings: Finding[]): StateFile[] | null {
  try {
    return listStateFiles(store, container);
  } catch (error) {
    if (!isOfOne(error)) throw error;
    findings.push(findingOf(error));
    return null;
  }
}

/** What is stored of states with fingerprints; storage that they share counts for each. */
function bytesToRead(states: readonly StateFile[]): number {
  let bytes = 0;
  for (const { path, facts } of states)
    if (facts !== null) bytes += (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * STAT_BLOCK;
  return bytes;
}

/** Nothing of what is verified is merged or removed meanwhile. */
function held({ lease, finding }: Leased, findings: Finding[]): Disposable | null {
  if (finding !== null) findings.push(finding);
  return lease;
}

/** An image that nobody has fingerprints of: its structures, down to the file records of its volumes. */
async function checkAlone(path: string): Promise<Finding[]> {
  const findings: Finding[] = [
    {
      severity: 'info',
      code: 'VERIFY_NO_FINGERPRINTS',
      message: `${path} has no fingerprints: structures are checked, file contents are not proven`,
      at: { image: path },
    },
  ];
  const seen = new Set<string>();
  try {
    await using image = await openImage(path);
    for (const finding of checkImage(image)) {
      const key = JSON.stringify(finding);
      if (!seen.has(key)) findings.push(finding);
      seen.add(key);
    }
  } catch (error) {
    const fatal = asStorageError(error, { image: path });
    if (!StorageError.isDamage(fatal) || fatal.kind === 'io' || fatal.kind === 'invalid-argument') throw fatal;
    findings.push({ severity: 'error', code: fatal.code, message: fatal.message, at: fatal.at });
  }
  return findings;
}

function reportOf(target: string, containers: readonly ContainerReport[], findings: readonly Finding[]): VerifyReport {
  const states = containers.flatMap((container) => container.states);
  const all = [...findings, ...states.flatMap((state) => state.findings)];
  const count = (payload: StateReport['payload']) => states.filter((state) => state.payload === payload).length;
  return {
    target,
    containers,
    findings,
    totals: {
      states: states.length,
      verified: count('verified'),
      withoutFingerprints: count('no fingerprints'),
      damagedBlocks: containers.reduce((sum, { damage }) => sum + damage.blocks.length + damage.more, 0),
      errors: all.filter(({ severity }) => severity === 'error').length,
      bytesRead: states.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    },
  };
}

/** Containers are named with `/`, on every platform. */
function portable(path: string): string {
  return path.replaceAll('\\', '/');
}
