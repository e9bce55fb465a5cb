/**
 * States that lie in two folders, because roots of several pools or copies were given, and other reasons to doubt a choice.
 *
 * 1. Of two live replicas the one that was captured later counts, as it says itself: times of files are those of whoever
 *    copied them, and count only where no disk tells. Of two copies of a recovery point the first that was found counts.
 * 2. A copy that is not used is told, with its folder: both by the pool and by whoever reads the other one.
 */
import { isoTime } from "../base/iso-time.js";
const LISTED_MAX = 8;
/** Chooses among several live replicas, and tells of every copy that is not used. Opens disks only where there are several. */
export async function settleTwins(container) {
    const { twins } = container;
    for (let i = 0; i < twins.length; i++) {
        const twin = twins[i];
        const used = usedInPlaceOf(container, twin);
        if (used === null || !twin.isReplica || !isNewer(await twin.time(), await used.time()))
            continue;
        container.replica = twin;
        twins[i] = used;
    }
    for (const twin of twins) {
        const used = usedInPlaceOf(container, twin);
        const which = twin.isReplica && used !== null ? `${await whenOf(used)}; the other ${await whenOf(twin)}` : '';
        const message = `${nameOf(twin)} exists twice; using ${used?.folder}${which}`;
        container.findings.push({ severity: 'warning', code: 'POOL_DUPLICATE_POINT', message, at: { image: twin.folder } });
    }
}
/** Why another state than the chosen one may have been meant. */
export async function doubtsAbout(container, chosen, choice) {
    const doubts = [];
    for (const twin of container.twins) {
        if (usedInPlaceOf(container, twin) !== chosen)
            continue;
        doubts.push(`${nameOf(chosen)} exists twice; read is ${chosen.folder}; to read ${twin.folder}, give its root alone`);
    }
    if (choice.atMs === undefined)
        return doubts;
    const unsure = [];
    for (const point of container.points) {
        if (point === chosen || point.locator === null)
            continue;
        const time = await point.time();
        if (time.ms > choice.atMs && isOfFile(time))
            unsure.push(point.id);
    }
    if (unsure.length > 0) {
        const ids = `${unsure.slice(0, LISTED_MAX).join(', ')}${unsure.length > LISTED_MAX ? ', ...' : ''}`;
        doubts.push(`when some states were captured is told by their files' times alone, as their disks could not be asked; one of them may be nearer to that time (--point): ${ids}`);
    }
    return doubts;
}
function usedInPlaceOf({ replica, points }, twin) {
    return twin.isReplica ? replica : (points.find(({ id }) => id === twin.id) ?? null);
}
function isNewer(a, b) {
    return isOfFile(a) === isOfFile(b) ? a.ms > b.ms : !isOfFile(a);
}
/** The time is the host's file system's, not the disk's own. */
function isOfFile({ source }) {
    return source.startsWith('modification time');
}
async function whenOf(point) {
    const { ms, source } = await point.time();
    return ` (captured ${isoTime(ms) ?? 'at an unknown time'}, ${source})`;
}
function nameOf({ isReplica, id }) {
    return isReplica ? 'the live replica' : `recovery point ${id}`;
}
