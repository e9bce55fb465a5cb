/**
 * Names from an image become names in the target. An image is hostile until proven otherwise: `..`, separators, NUL,
 * device names and drive colons must never let a file land outside the target, or on something that is no file.
 *
 * A character that cannot stand is written as `%` and its UTF-16 code in hex, so distinct names stay distinct.
 */
// Built from codes, not typed: control characters in a source file are invisible to its readers.
const WINDOWS_BAD = new Set([...'<>:"/\\|?*'].map((char) => char.charCodeAt(0)));
/** The report, and the folders in which files are staged. */
const OURS = /^(recovery-report\.json|\.pitvault-.*)$/i;
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;
/** The longest name of the file systems in use: 255 bytes (ext4, XFS) or units (NTFS). */
const NAME_BYTES_MAX = 255;
/** The name to use in the target for one path component of an image. Never empty, `.`, `..`, or with a separator. */
export function safeName(name, platform = process.platform) {
    const windows = platform === 'win32';
    let safe = '';
    for (let i = 0; i < name.length; i++) {
        const code = name.charCodeAt(i);
        const pair = code >= 0xd800 && code < 0xdc00 && isLowSurrogate(name.charCodeAt(i + 1));
        if (pair)
            safe += name[i] + name[++i];
        else if (code === 0 || code === 0x2f || (code >= 0xd800 && code < 0xe000))
            safe += escaped(code);
        else if (windows && (code < 0x20 || WINDOWS_BAD.has(code)))
            safe += escaped(code);
        else
            safe += name[i];
    }
    if (safe === '' || safe === '.' || safe === '..')
        return safe === '' ? '%' : safe.replaceAll('.', '%2e');
    if (windows) {
        safe = safe.replace(/[. ]+$/, (tail) => [...tail].map((char) => escaped(char.charCodeAt(0))).join(''));
        if (DEVICE.test(safe))
            safe = `%${safe.charCodeAt(0).toString(16)}${safe.slice(1)}`;
    }
    return shortened(safe);
}
function escaped(code) {
    return `%${code.toString(16).padStart(2, '0')}`;
}
function isLowSurrogate(code) {
    return code >= 0xdc00 && code < 0xe000;
}
/** NTFS allows 255 UTF-16 units, which can be 765 bytes elsewhere: keep the start and the extension, mark the cut. */
function shortened(name) {
    if (Buffer.byteLength(name) <= NAME_BYTES_MAX)
        return name;
    let mark = 0;
    for (let i = 0; i < name.length; i++)
        mark = (Math.imul(mark, 31) + name.charCodeAt(i)) >>> 0;
    const extension = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
    const tail = `%${mark.toString(16)}${extension}`;
    let stem = [...name.slice(0, name.length - extension.length)];
    while (Buffer.byteLength(stem.join('')) + tail.length > NAME_BYTES_MAX)
        stem = stem.slice(0, -8);
    return stem.join('') + tail;
}
/** The target's relative path (host separators not applied: components) of a path inside an image. */
export function safeComponents(path, platform) {
    return path
        .split('/')
        .filter((part) => part !== '')
        .map((part, depth) => (depth === 0 ? safeRootName(part, platform) : safeName(part, platform)));
}
/** The same for a name in the root of the target, where the report and the staging folders have names of their own. */
export function safeRootName(name, platform) {
    const safe = safeName(name, platform);
    return OURS.test(safe) ? `${escaped(safe.charCodeAt(0))}${safe.slice(1)}` : safe;
}
