/** ISO 8601 in UTC of Unix milliseconds; null where they say no time. */
export function isoTime(ms: number): string | null {
  return ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : null;
}
