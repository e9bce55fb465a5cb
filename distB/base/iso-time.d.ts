/** ISO 8601 in UTC of Unix milliseconds; null where they say no time. */
export declare function isoTime(ms: number): string | null;
