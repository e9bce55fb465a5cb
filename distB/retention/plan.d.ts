/**
 * Which recovery points stay and which go, and why. Pure: points and rules in, a plan out; nothing is touched.
 *
 * 1. A point stays when any rule keeps it. No rule at all is a mistake of the caller.
 * 2. The live replica is no recovery point and is never part of a plan.
 * 3. The answer depends on times and ids only, not on the order in which points are given.
 */
export declare const DAY_MS: number;
/** A recovery point as retention sees it. */
export type TimedPoint = {
    readonly id: string;
    /** When its data was captured, Unix milliseconds. */
    readonly ms: number;
    /** It holds changes on top of another point only; DPM's algorithm never removes these. */
    readonly isIncremental?: boolean;
};
/** The rule of DPM's own pruning: see `dpmVerdicts`. */
export type DpmRule = {
    /** The retention range of the protection group, days. */
    readonly rangeDays: number;
    /** Days of the week with a backup, 1 to 7. */
    readonly weekdays: number;
    /** What the data source is; a tape group needs no days on disk, a secondary server's application two. */
    readonly source: 'scheduled' | 'disk-to-tape' | 'secondary-application';
};
export type RetentionRules = {
    /** The newest so many points stay. */
    readonly keep?: number | undefined;
    /** Points captured within so many days stay. */
    readonly days?: number | undefined;
    readonly dpm?: DpmRule | undefined;
};
export type Verdict = TimedPoint & {
    readonly stays: boolean;
    /** A sentence part: `the 3rd newest of 64 to keep`. */
    readonly why: string;
};
/** All points, newest first, and the two sides of the plan in the same order. */
export type RetentionPlan = {
    readonly all: readonly Verdict[];
    readonly stay: readonly Verdict[];
    readonly go: readonly Verdict[];
};
export declare function planRetention(points: readonly TimedPoint[], rules: RetentionRules, nowMs: number): RetentionPlan;
/** Days with a point that a retention range has to have. */
export declare function distinctDays({ rangeDays, weekdays, source }: DpmRule): number;
