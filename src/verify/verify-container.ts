/**
 * Verifies every state of one replica: structures by their rules, payload by its fingerprints.
 *
 * 1. States are read oldest first. A block that is the same storage with the same fingerprint as in the state before has
 *    been read there; what was wrong with it is wrong here too, until it changes.
 * 2. A state without fingerprints is checked as far as it tells of itself, and the report says so.
 * 3. Nothing is written.
 */

import type { BlockChecker, BlockRun } from '../copy/block-checker.ts';
import { BELOW } from '../disk/below-disk.ts';
import { asStorageError, type Finding, StorageError } from '../errors.ts';
import { checkVolumes } from '../image/check-image.ts';
import { Image } from '../image/image.ts';
import { OpenContext } from '../image/source.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import { FileMap } from '../map/maps.ts';
import { extentChanges } from '../retention/extent-changes.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import { decodeSeal, type Seal, SealDigests } from '../sidecar/seal.ts';
import { differingRanges, type Sidecar } from '../sidecar/sidecar.ts';
import { openSidecar } from '../sidecar/sidecar-files.ts';
import { ContainerChain, type OpenState } from './container-chain.ts';
import { type DamageLog, DamageLogs } from './damage-log.ts';
import { filesIn } from './files-hit.ts';
import { FileExtents, placedRanges } from './placed-ranges.ts';
import { listStateFiles, type ReadableStore, type StateFile } from './state-files.ts';
import { blockRuns, type Range, wholeRuns } from './state-runs.ts';

export type VerifyOptions = {
  readonly store: ReadableStore;
  readonly host: HostFiles;
  readonly fingerprint: Fingerprinter;
  readonly checker: BlockChecker;
  /** Compute the SHA-256 of each state, and compare it with its seal where it has one. */
  readonly seal?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

export type StateReport = {
  readonly id: string;
  readonly isReplica: boolean;
  readonly path: string;
  /** Unix milliseconds; null where nothing tells. */
  readonly capturedMs: number | null;
  /** How far its payload is proven. `unreadable`: the disk could not be opened at all. */
  readonly payload: 'verified' | 'damaged' | 'no fingerprints' | 'unreadable';
  /** Names the contents: equal for equal states. Null without fingerprints. */
  readonly root: string | null;
  readonly seal: (Seal & { readonly state: 'made' | 'holds' | 'broken' }) | null;
  /** Bytes that were read for it; what it shares with the state before was read there. */
  readonly bytesRead: number;
  readonly findings: readonly Finding[];
};

export type ContainerReport = {
  readonly container: string;
  readonly states: readonly StateReport[];
  readonly damage: DamageLog;
};

type Step = {
  readonly open: OpenState;
  readonly sidecar: Sidecar | null;
  /** Where the file lies on its device; null where nobody tells. */
  readonly extents: FileExtents | null;
};

export class ContainerVerifier {
  readonly #container: string;
  readonly #states: readonly StateFile[];
  readonly #options: VerifyOptions;
  readonly #chain: ContainerChain;
  readonly #damage = new DamageLogs();
  readonly #digests: SealDigests | null;
  #before: Step | null = null;

  constructor(container: string, states: readonly StateFile[], options: VerifyOptions) {
    this.#states = states;
    this.#container = container;
    this.#options = options;
    const list = (): StateFile[] => listStateFiles(options.store, container);
    this.#chain = new ContainerChain((path) => options.store.open(path), states, list);
    this.#digests = options.seal === true ? new SealDigests() : null;
  }

  /** All states, or only one: the others, and points that are going, are opened as parents and no more. */
  async run(only?: StateFile): Promise<ContainerReport> {
    const reports: StateReport[] = [];
    try {
      for (const [index, state] of this.#states.entries()) {
        this.#options.onProgress?.(index, this.#states.length, state.path);
        if (state === only || (only === undefined && !state.isGoing)) reports.push(await this.#verify(state));
        else this.#openOnly(state);
        if (state === only) break;
      }
    } finally {
      this.#before?.sidecar?.close();
      this.#chain.close();
    }
    return { container: this.#container, states: reports, damage: this.#damage.finish() };
  }

  /** A state that cannot be opened is told of by those that need it. */
  #openOnly(state: StateFile): void {
    try {
      this.#chain.next(state);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
    }
  }

  async #verify(listed: StateFile): Promise<StateReport> {
    let state = listed;
    const findings: Finding[] = state.defect === null ? [] : [errorFinding(state.defect)];
    const place = () => ({
      id: state.id,
      isReplica: state.isReplica,
      path: state.path,
      capturedMs: state.facts?.capturedMs ?? null,
    });
    const nothing = { root: null, seal: null, bytesRead: 0, findings };
    try {
      const open = this.#chain.next(listed);
      state = open.state;
      if (state !== listed) findings.push(newerFinding(listed));
      findings.push(...open.disk.findings, ...open.disk.check());
      const sidecar = this.#openSidecar(state, findings);
      if (sidecar === null) {
        this.#take(null);
        findings.push(...this.#withoutFingerprints(open, state));
        return { ...place(), ...nothing, payload: 'no fingerprints' };
      }
      return { ...place(), ...(await this.#withFingerprints(open, sidecar, findings)) };
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      this.#take(null);
      findings.push(errorFinding(asStorageError(error, { image: state.path })));
      return { ...place(), ...nothing, payload: 'unreadable' };
    }
  }

  /** Open and read whole: each of its sections is checked by being read. */
  #openSidecar(state: StateFile, findings: Finding[]): Sidecar | null {
    if (state.facts === null || state.dataWriteGuid === null) return null;
    let sidecar: Sidecar | null = null;
    try {
      sidecar = openSidecar(this.#options.store, this.#container, state.dataWriteGuid, this.#options.fingerprint);
      for (const page of sidecar.pageNumbers()) sidecar.page(page);
      sidecar.changes();
      sidecar.seal();
      return sidecar;
    } catch (error) {
      sidecar?.close();
      if (!StorageError.isDamage(error)) throw error;
      findings.push(errorFinding(error));
      return null;
    }
  }

  #withoutFingerprints({ disk, file }: OpenState, state: StateFile): Finding[] {
    const image = new Image(
      { map: new FileMap(file), name: state.path, hostPath: state.path },
      disk,
      new OpenContext(),
    );
    return [...checkVolumes(image)];
  }

  async #withFingerprints(
    open: OpenState,
    sidecar: Sidecar,
    findings: Finding[],
  ): Promise<Omit<StateReport, 'id' | 'isReplica' | 'path' | 'capturedMs'>> {
    const { state, disk } = open;
    const { host, size } = open.file;
    const extents = host === undefined ? null : FileExtents.of(this.#options.host, host, size);
    const step: Step = { open, sidecar, extents };
    const { blockSize, diskSize } = sidecar.facts;
    if (disk.size !== diskSize) {
      const message = `the disk has ${disk.size} bytes, its fingerprints are of ${diskSize}`;
      throw new StorageError('corrupt', 'SIDECAR_SIZE', message, { image: state.path, structure: 'sidecar' });
    }
    let bytesRead = 0;
    // What is asked for while the runs are made needs pages of its own: each sidecar holds one at a time.
    using answers = openSidecar(this.#options.store, this.#container, state.dataWriteGuid!, this.#options.fingerprint);
    const log = this.#damage.begin(state.id, blockSize, diskSize);
    const digests = this.#digests;
    await this.#options.checker.check({
      map: disk,
      blockSize,
      runs: this.#visited(this.#runs(step), log),
      expected: (block, count, target, at) => answers.fingerprints(block, count, target, at),
      onBad: (block, verdict) => log.bad(block, verdict),
      onDigest: digests === null ? undefined : (block, digest) => digests.set(block, digest),
      signal: this.#options.signal,
      onBytes: (bytes) => (bytesRead += bytes),
    });
    const fresh = log.end();
    if (fresh.length > 0) log.hit(filesIn(disk, open.file, state.path, fresh));
    const payload = log.isSound ? 'verified' : 'damaged';
    const seal = digests === null || !log.isSound ? null : this.#sealOf(sidecar, digests.root(diskSize, blockSize));
    this.#take(step);
    return { payload, root: sidecar.root, seal, bytesRead, findings };
  }

  /** Forgets, block by block, what was known of those that are read again. */
  *#visited(runs: Iterable<BlockRun>, log: ReturnType<DamageLogs['begin']>): Generator<BlockRun> {
    for (const run of runs) {
      log.forget(run);
      if (this.#digests !== null)
        for (let block = run.first; block < run.first + run.count; block++) this.#digests.clear(block);
      yield run;
    }
  }

  #runs(step: Step): Iterable<BlockRun> {
    const before = this.#before;
    const { sidecar, open } = step;
    const { blockSize } = sidecar!.facts;
    const isComparable = before?.sidecar != null && before.sidecar.facts.blockSize === blockSize;
    const changed = isComparable ? changedStorage(before, step) : null;
    if (changed !== null) return blockRuns(blockSize, changed, differingRanges(before!.sidecar!, sidecar!));
    this.#damage.forgetAll();
    this.#digests?.clearAll();
    return wholeRuns(open.disk, sidecar!, open.disk.parent === null ? step.extents : null);
  }

  #sealOf(sidecar: Sidecar, sha256: string): StateReport['seal'] {
    const bytes = sidecar.seal();
    const old = bytes === null ? null : decodeSeal(bytes);
    if (old === null) return { sha256, sealedMs: Date.now(), state: 'made' };
    return { ...old, state: old.sha256 === sha256 ? 'holds' : 'broken' };
  }

  #take(step: Step | null): void {
    this.#before?.sidecar?.close();
    this.#before = step;
    if (step === null) this.#damage.forgetAll();
  }
}

/** What is not the same storage as in the state before, or null where nobody knows. */
function changedStorage(before: Step, step: Step): Iterable<Range> | null {
  const { disk, own } = step.open;
  if (disk.parent !== null) return disk.parent === before.open.link ? ownRanges(own) : null;
  if (before.open.disk.parent !== null || before.extents === null || step.extents === null) return null;
  return extentChanges(placedRanges(before.open.disk, before.extents), placedRanges(disk, step.extents));
}

/** What the file of a child says itself, zeros included. */
function* ownRanges(own: AddressMap): Generator<Range> {
  for (const extent of extentsOf(own)) if (extent.kind !== 'computed' || extent.source !== BELOW) yield extent;
}

function newerFinding({ path }: StateFile): Finding {
  const message = `a backup has replaced ${path} since this began: the state of then was verified, the new one was not`;
  return { severity: 'info', code: 'VERIFY_NEWER', message, at: { image: path } };
}

function errorFinding(error: StorageError): Finding {
  return { severity: 'error', code: error.code, message: error.message, at: error.at };
}
