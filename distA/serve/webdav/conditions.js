/** What a client asks a file to be before it wants any of it, and which bytes: RFC 9110, 13 and 14. */
/** Judges the headers of a GET or HEAD in the order of RFC 9110, 13.2.2. */
export function judge(headers, file, method) {
    if (isPast(headers, file))
        return 412;
    if (isKnown(headers, file))
        return 304;
    // A range means something to GET alone; one that hangs on another state of the file is passed over.
    if (method === 'HEAD' || !holds(headers['if-range'], file))
        return { range: null };
    const range = parseRange(headers.range, file.size);
    return range === 'outside' ? 416 : { range };
}
/** The client goes on with a file that is not this one any more. */
function isPast(headers, { tag, modifiedMs }) {
    const tags = headers['if-match'];
    if (tags !== undefined)
        return !names(tags, tag, isSameStrong);
    const since = secondsOf(headers['if-unmodified-since']);
    return since !== null && secondsAt(modifiedMs) > since;
}
/** The client has the file as it is. */
function isKnown(headers, { tag, modifiedMs }) {
    const tags = headers['if-none-match'];
    if (tags !== undefined)
        return names(tags, tag, isSameWeak);
    const since = secondsOf(headers['if-modified-since']);
    return since !== null && secondsAt(modifiedMs) <= since;
}
/** If-Range: one tag, or the date that the file was given out with. */
function holds(condition, { tag, modifiedMs }) {
    if (condition === undefined)
        return true;
    const text = String(condition).trim();
    if (ENTITY_TAG.test(text))
        return isSameStrong(text, tag);
    return secondsOf(text) === secondsAt(modifiedMs);
}
/** A tag may hold commas, so a list cannot be cut at them. */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/;
/** True when `*`, or a tag of the list, stands for a file with this tag. */
function names(list, tag, isSame) {
    if (list.trim() === '*')
        return true;
    return (list.match(new RegExp(ENTITY_TAG, 'g')) ?? []).some((given) => isSame(given, tag));
}
/** Weak tags are equal to none, not even to themselves. */
function isSameStrong(given, tag) {
    return given === tag;
}
function isSameWeak(given, tag) {
    return given.replace(/^W\//, '') === tag;
}
/** Seconds of an HTTP date; null for none, and for what is none, which counts as not there. */
function secondsOf(date) {
    const ms = date === undefined || !/\bGMT$/.test(date.trim()) ? Number.NaN : Date.parse(date);
    return Number.isNaN(ms) ? null : ms / 1000;
}
/** Of the date in Last-Modified. */
function secondsAt(ms) {
    return Math.floor(ms / 1000);
}
/** One range of bytes, null for none or for what is not understood (the whole is sent), or 'outside'. */
export function parseRange(header, size) {
    const match = /^bytes=[\t ]*(\d*)-(\d*)[\t ]*$/i.exec(header ?? '');
    if (match === null || (match[1] === '' && match[2] === ''))
        return null;
    if (match[1] === '') {
        const last = Number(match[2]);
        return last === 0 || size === 0 ? 'outside' : { start: Math.max(0, size - last), end: size };
    }
    const start = Number(match[1]);
    const last = match[2] === '' ? Number.POSITIVE_INFINITY : Number(match[2]);
    if (last < start)
        return null;
    return start >= size ? 'outside' : { start, end: Math.min(size, last + 1) };
}
