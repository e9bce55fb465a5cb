/**
 * How many recovery points DPM allows, and how far back they reach. When a limit is reached and the retention range is
 * not met, protection fails: nothing is ever removed to make room unless a person asks for it.
 */
import { type RetentionRules, type TimedPoint } from './plan.ts';
/** Recovery points that one data source may have. */
export declare const POINT_LIMITS: {
    /** Express full backups of one schedule. */
    readonly expressFull: 512;
    /** Express full backups of one application data source: 512 without those kept for end users. */
    readonly application: 448;
    /** Points that users see as previous versions of a share. */
    readonly endUser: 64;
    /** Points in the cloud. */
    readonly online: 120;
};
export type PointLimit = keyof typeof POINT_LIMITS;
/** Whole days that a full set of points reaches back: 512 hourly ones 21, half-hourly ones 10. */
export declare function daysCovered(points: number, intervalMinutes: number): number;
export type RoomQuestion = {
    /** The recovery points there are; the live replica is none. */
    readonly points: readonly TimedPoint[];
    readonly limit: number;
    /** What has to be kept; without it, everything. */
    readonly rules?: RetentionRules | undefined;
    readonly nowMs: number;
    /** For messages: the replica's name. */
    readonly name: string;
};
/**
 * Asked before a backup adds a point. Throws kind `conflict`, code POINT_LIMIT, when there is no room for one more, and
 * tells whether pruning would make some.
 */
export declare function requireRoom({ points, limit, rules, nowMs, name }: RoomQuestion): void;
