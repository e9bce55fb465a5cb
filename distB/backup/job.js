/** What all jobs that make states of a replica have in common: source, options, report, and the way from one to the other. */
import { alignUp } from "../base/bytes.js";
import { asStorageError, invalidArgument, StorageError, throwIfCancelled } from "../errors.js";
import { encodeSeal, SealDigests } from "../sidecar/seal.js";
import { applySource } from "./express-full.js";
/** Fills the next state from the source and publishes it. What fails on the way is undone, or left to be resumed. */
export async function runJob({ next, replica, source, fingerprint, options, derivation, sizeBefore, present, verify, resumes, }) {
    const { facts } = next;
    let outcome;
    const digests = options.seal === true ? new SealDigests() : null;
    let seal = null;
    let isPublishing = false;
    try {
        outcome = await applySource({
            source: source.disk,
            next,
            present,
            fingerprint,
            changes: options.changes,
            verify,
            resumes,
            digests,
            threads: options.threads,
            signal: options.signal,
            onBytes: (done) => options.onProgress?.(done, facts.diskSize, source.name),
        });
        throwIfCancelled(options.signal);
        if (digests !== null)
            seal = { sha256: digests.root(facts.diskSize, facts.blockSize), sealedMs: Date.now() };
        isPublishing = true;
        next.publish(outcome.changes, () => present?.close(), seal === null ? undefined : encodeSeal(seal));
    }
    catch (thrown) {
        const error = asStorageError(thrown, { image: source.name });
        if (present !== null || isPublishing || !isResumable(error, replica)) {
            next.abandon();
            throw error;
        }
        next.leave();
        throw withHint(error, 'what was written is kept: the same command goes on from there (--restart starts anew)');
    }
    const { changes, ...counts } = outcome;
    return {
        replicaId: facts.replicaId,
        name: replica.file.name,
        state: facts.dataWriteGuid,
        pointId: facts.pointId,
        capturedMs: facts.capturedMs,
        sequence: facts.sequence,
        derivation,
        depth: facts.depth,
        size: facts.diskSize,
        sizeBefore,
        scannedBytes: counts.scannedBytes,
        changedBytes: changes.bytes,
        writtenBytes: counts.writtenBytes,
        zeroBytes: counts.zeroBytes,
        damagedBlocks: counts.damagedBlocks,
        keptBytes: counts.keptBytes,
        seal,
    };
}
/**
 * Whether what was written may be compared later. What the target has refused to take may be in its cache and nowhere
 * else, so that it would be found there and lost afterwards; when it is merely full, what it took is still its duty.
 */
function isResumable(error, { container }) {
    const isOfTarget = error.at.image?.startsWith(container.path) === true;
    return !isOfTarget || StorageError.isNoRoom(error);
}
function withHint(error, hint) {
    const { kind, code, message, at, cause } = error;
    return new StorageError(kind, code, message, {
        ...at,
        cause,
        hint: error.hint === undefined ? hint : `${error.hint}; ${hint}`,
    });
}
/** Whole sectors, and at least one: a source without any byte is one that was not read, and no disk. */
export function sizeOf({ name, disk }, sectorSize) {
    if (disk.size > 0)
        return alignUp(disk.size, sectorSize);
    throw invalidArgument('SOURCE_EMPTY', `${name} holds not one byte: it is no disk, and nothing was written`, {
        image: name,
        hint: 'check the source; behind a pipe, whether the command that writes to it has failed',
    });
}
export function randomGuid() {
    return crypto.randomUUID();
}
