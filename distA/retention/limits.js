/**
 * How many recovery points DPM allows, and how far back they reach. When a limit is reached and the retention range is
 * not met, protection fails: nothing is ever removed to make room unless a person asks for it.
 */
import { invalidArgument, StorageError } from "../errors.js";
import { DAY_MS, planRetention } from "./plan.js";
/** Recovery points that one data source may have. */
export const POINT_LIMITS = {
    /** Express full backups of one schedule. */
    expressFull: 512,
    /** Express full backups of one application data source: 512 without those kept for end users. */
    application: 448,
    /** Points that users see as previous versions of a share. */
    endUser: 64,
    /** Points in the cloud. */
    online: 120,
};
const DAY_MINUTES = 24 * 60;
/** Whole days that a full set of points reaches back: 512 hourly ones 21, half-hourly ones 10. */
export function daysCovered(points, intervalMinutes) {
    if (!(points >= 0 && intervalMinutes > 0)) {
        throw invalidArgument('RETENTION_INTERVAL', `${points} points every ${intervalMinutes} minutes cover nothing`);
    }
    return Math.floor((points * intervalMinutes) / DAY_MINUTES);
}
/**
 * Asked before a backup adds a point. Throws kind `conflict`, code POINT_LIMIT, when there is no room for one more, and
 * tells whether pruning would make some.
 */
export function requireRoom({ points, limit, rules, nowMs, name }) {
    if (points.length < limit)
        return;
    const removable = rules === undefined ? 0 : planRetention(points, rules, nowMs).go.length;
    const enough = points.length - removable < limit;
    const oldest = points.reduce((least, { ms }) => Math.min(least, ms), nowMs);
    const days = Math.floor((nowMs - oldest) / DAY_MS);
    const state = enough
        ? `the retention rules let ${removable} of them go`
        : rules === undefined
            ? `they reach back ${days} days`
            : 'the retention rules keep all that would have to go';
    throw new StorageError('conflict', 'POINT_LIMIT', `${name} has ${points.length} of ${limit} points; ${state}`, {
        image: name,
        hint: enough
            ? 'run `pitvault prune` with the same rules and --apply, then back up again'
            : 'keep points for fewer days, back up less often, or prune by hand; nothing is removed unasked',
    });
}
