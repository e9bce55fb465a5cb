/** Paths inside a volume, as people write them. */
/** Accepts Windows spellings: backslashes, a drive letter, a missing leading slash. */
export function normalizePath(path) {
    const slashes = path.replaceAll('\\', '/').replace(/^[A-Za-z]:(?=\/|$)/, '');
    const clean = `/${slashes}`.replace(/\/{2,}/g, '/');
    return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
/** `/a/b.txt:stream` into its file and its stream. */
export function splitStream(path) {
    const normal = normalizePath(path);
    const colon = normal.indexOf(':', normal.lastIndexOf('/'));
    return colon < 0
        ? { file: normal, stream: undefined }
        : { file: normal.slice(0, colon), stream: normal.slice(colon + 1) };
}
