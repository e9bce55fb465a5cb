/**
 * Puts a sidecar in the place of another of the same state, with other words on where it stands among its fellows, on
 * what changed, or with a seal. Fingerprints, index and root stay as they are, byte for byte.
 *
 * The new file is whole and durable under a name of its own before it takes the place; the caller syncs the folder
 * (`sidecarFolder`) when it has rewritten all it wants to.
 */
import { MIB } from "../base/bytes.js";
import { crc32c } from "../base/crc32c.js";
import { encodeHeader, FIRST_SLOT } from "./format.js";
import { readChanges, readHeader, readSection } from "./sidecar.js";
import { sidecarPath } from "./sidecar-files.js";
export function rewriteSidecar(store, container, guid, change) {
    const path = sidecarPath(container, guid);
    const part = `${path}.part`;
    if (store.exists(part))
        store.unlink(part);
    const source = store.open(path);
    const target = store.create(part);
    try {
        const old = readHeader(source);
        readSection(source, 'index', old); // what is damaged is not made to look whole
        const ranges = (change.changes ?? readChanges(source, old)).encode();
        const seal = change.seal ?? (old.sealOffset === 0 ? new Uint8Array(0) : readSection(source, 'seal', old));
        const piece = new Uint8Array(MIB);
        for (let offset = FIRST_SLOT; offset < old.changesOffset; offset += piece.length) {
            const bytes = piece.subarray(0, Math.min(piece.length, old.changesOffset - offset));
            source.read(offset, bytes);
            target.write(offset, bytes);
        }
        const sealOffset = old.changesOffset + ranges.length;
        if (ranges.length > 0)
            target.write(old.changesOffset, ranges);
        if (seal.length > 0)
            target.write(sealOffset, seal);
        const header = encodeHeader({
            ...old,
            ...change.facts,
            ...(change.changes === undefined
                ? {}
                : { changeUnit: change.changes.unit, changedBytes: change.changes.bytes, changesCount: change.changes.count }),
            changesChecksum: crc32c(ranges),
            sealOffset: seal.length === 0 ? 0 : sealOffset,
            sealLength: seal.length,
            sealChecksum: seal.length === 0 ? 0 : crc32c(seal),
        });
        target.write(0, header);
        target.flush();
    }
    finally {
        source.close();
        target.close();
    }
    store.rename(part, path);
}
