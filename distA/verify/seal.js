/**
 * The seal of a state: one SHA-256 over all its bytes, for tamper evidence. Fingerprints find accidents; a seal that is
 * kept elsewhere also finds intent.
 *
 * It is the SHA-256 of `pvseal 1`, disk size and block size (u64 each, little-endian), then, for each page of 256 blocks
 * that holds anything but zeros, its number (u64) and the SHA-256 of the blocks' digests; a block of zeros counts as 32
 * zero bytes. So states that share blocks share the work: only what differs is hashed again.
 */
import { createHash } from 'node:crypto';
import { getU64, hasAscii, isZero, setAscii, setU64, viewOf } from "../base/bytes.js";
import { unsupported } from "../errors.js";
import { PAGE_ENTRIES } from "../sidecar/format.js";
const DIGEST = 32;
const SIGNATURE = 'pvseal 1';
/** 64 MiB of digests. */
const PAGES_MAX = 8192;
/** Digests of the blocks of one state, carried over to the next. */
export class SealDigests {
    #pages = new Map();
    set(block, digest) {
        const number = Math.floor(block / PAGE_ENTRIES);
        let page = this.#pages.get(number);
        if (page === undefined) {
            if (this.#pages.size === PAGES_MAX) {
                throw unsupported('SEAL_TOO_LARGE', `a seal covers at most ${PAGES_MAX * PAGE_ENTRIES} blocks of data`, {
                    hint: 'verify without --seal: fingerprints have no such limit',
                });
            }
            page = new Uint8Array(PAGE_ENTRIES * DIGEST);
            this.#pages.set(number, page);
        }
        page.set(digest, (block % PAGE_ENTRIES) * DIGEST);
    }
    /** The block holds zeros now. */
    clear(block) {
        const start = (block % PAGE_ENTRIES) * DIGEST;
        this.#pages.get(Math.floor(block / PAGE_ENTRIES))?.fill(0, start, start + DIGEST);
    }
    root(diskSize, blockSize) {
        const hash = createHash('sha256').update(SIGNATURE).update(u64(diskSize)).update(u64(blockSize));
        for (const number of [...this.#pages.keys()].sort((a, b) => a - b)) {
            const page = this.#pages.get(number);
            if (isZero(page))
                continue;
            hash.update(u64(number)).update(createHash('sha256').update(page).digest());
        }
        return hash.digest('hex');
    }
}
export function encodeSeal({ sha256, sealedMs }) {
    const bytes = new Uint8Array(16 + DIGEST);
    setAscii(bytes, 0, SIGNATURE);
    setU64(viewOf(bytes), 8, sealedMs);
    bytes.set(Buffer.from(sha256, 'hex'), 16);
    return bytes;
}
/** Null for a seal of another kind. */
export function decodeSeal(bytes) {
    if (bytes.length !== 16 + DIGEST || !hasAscii(bytes, 0, SIGNATURE))
        return null;
    return { sha256: Buffer.from(bytes.subarray(16)).toString('hex'), sealedMs: getU64(viewOf(bytes), 8) };
}
function u64(value) {
    const bytes = new Uint8Array(8);
    setU64(viewOf(bytes), 0, value);
    return bytes;
}
