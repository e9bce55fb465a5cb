/**
 * Capture times of a container's recovery points, kept between runs: finding one out takes ten small reads all over the
 * disk's file, each a seek on a spinning disk, and a pool has thousands of points.
 *
 * 1. A time holds as long as size, modification and change time of the disk's file do: the last nobody can set.
 * 2. Only times from inside of a disk are kept, and only where nothing was met on the way that may be otherwise next time.
 *    Of the live replica, of pools that pitvault keeps (they have sidecars), of members of archives, of differencing and
 *    dynamic disks nothing is kept.
 * 3. Nor of a disk that changed a moment ago: it may change again before the file system's clock ticks.
 */
import { resolve } from 'node:path';
import { CacheFile } from "../io/user-cache.js";
/** FAT, behind some shares, counts in steps of two seconds. */
const MOMENT_MS = 3000;
const SCHEMA = 'pitvault.capture-times/1';
export class KeptTimes {
    #file;
    #before;
    #now = {};
    #hasNews = false;
    /** Null where nothing is kept. */
    static of({ cache, folders, points }) {
        if (cache === null || !points.some(isKeepable))
            return null;
        return new KeptTimes(new CacheFile(cache, SCHEMA, folders.map((folder) => resolve(folder)).sort(), areTimes));
    }
    constructor(file) {
        this.#file = file;
        this.#before = file.read() ?? {};
    }
    timeOf(point) {
        const { folder } = point;
        const kept = isKeepable(point) && Object.hasOwn(this.#before, folder) ? this.#before[folder] : undefined;
        if (kept === undefined)
            return null;
        const [size, modifiedMs, changedMs, ms, source] = kept;
        if (size !== point.size || modifiedMs !== point.diskModifiedMs || changedMs !== point.diskChangedMs)
            return null;
        this.#now[folder] = kept;
        return { ms, source };
    }
    /** The time, which is kept when it is to be. */
    keep(point, { time, isFinal }) {
        if (isFinal && isKeepable(point) && Date.now() - point.diskChangedMs > MOMENT_MS) {
            this.#now[point.folder] = [point.size, point.diskModifiedMs, point.diskChangedMs, time.ms, time.source];
            this.#hasNews = true;
        }
        return time;
    }
    /** What is no longer there is not kept on. */
    save() {
        if (this.#hasNews)
            this.#file.write(this.#now);
    }
}
const SOURCES = ['checkpoint file', 'root of the volume'];
function areTimes(value) {
    const areOfPoint = (entry) => Array.isArray(entry) &&
        entry.length === 5 &&
        entry.slice(0, 4).every(Number.isFinite) &&
        SOURCES.includes(entry[4]);
    return typeof value === 'object' && value !== null && Object.values(value).every(areOfPoint);
}
function isKeepable({ isReplica, isKept, locator, diskChangedMs }) {
    return !isReplica && !isKept && locator !== null && diskChangedMs > 0;
}
