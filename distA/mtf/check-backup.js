/** Proof of a backup made WITH CHECKSUM: the sums behind its pages and its log, recomputed. */
import { readMap } from "../map/read-map.js";
import { LEAD } from "./backup-set.js";
const SECTOR_WORDS = 128;
const SECTOR = 512;
const BATCH = 1024 * 1024;
/** Reads every piece that has a sum; `onBytes` is told how far it is and may throw to stop. */
export async function checkBackupSums(map, medium, onBytes) {
    const wrong = [];
    let checked = 0;
    for (const set of medium.sets) {
        for (const piece of set.regions.flatMap((region) => region.pieces)) {
            if (piece.checksum === null)
                continue;
            checked++;
            if ((await sumOf(map, piece, onBytes)) !== piece.checksum)
                wrong.push({ position: set.position, offset: piece.offset });
        }
    }
    return { checked, wrong };
}
/** XOR of the words of each sector, rotated into one; a rest shorter than a sector is not part of it. */
async function sumOf(map, piece, onBytes) {
    const buffer = new Uint8Array(BATCH);
    const words = new Uint32Array(buffer.buffer);
    const end = piece.offset + piece.length;
    let sum = 0;
    for (let offset = piece.offset + LEAD; offset + SECTOR <= end; offset += BATCH) {
        const count = readMap(map, offset, buffer.subarray(0, Math.min(BATCH, end - offset)));
        for (let at = 0; at + SECTOR_WORDS <= count >> 2; at += SECTOR_WORDS) {
            let value = 0;
            for (let i = at; i < at + SECTOR_WORDS; i++)
                value ^= words[i];
            sum = ((sum << 1) | (sum >>> 31)) ^ value;
        }
        onBytes(count);
        await new Promise((resolve) => setImmediate(resolve));
    }
    return sum >>> 0;
}
