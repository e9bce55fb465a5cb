const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
/** The day asked for last, and its text up to the T: files of one volume have few days, and reports many files. */
let day = Number.NaN;
let dayText = '';
/** ISO 8601 in UTC of Unix milliseconds; null where they say no time. */
export function isoTime(ms) {
    if (!(ms > 0 && ms < 8.64e15))
        return null;
    const ofDay = Math.floor(ms / DAY_MS);
    if (ofDay !== day) {
        dayText = new Date(ofDay * DAY_MS).toISOString().slice(0, -13);
        day = ofDay;
    }
    const rest = Math.floor(ms - ofDay * DAY_MS);
    const seconds = Math.floor(rest / 1000);
    const minutes = Math.floor(seconds / 60);
    const clock = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
    return `${dayText}${clock}.${String(rest % 1000).padStart(3, '0')}Z`;
}
