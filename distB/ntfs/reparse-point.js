/** Reparse points: links out of a directory, and marks of files whose content a filter driver keeps elsewhere. */
import { getUtf16, hex, viewOf } from "../base/bytes.js";
export const TAG = {
    mountPoint: 0xa0000003,
    hsm: 0xc0000004,
    driveExtender: 0x80000005,
    hsm2: 0x80000006,
    sis: 0x80000007,
    wim: 0x80000008,
    symlink: 0xa000000c,
    dedup: 0x80000013,
    wof: 0x80000017,
    appExecLink: 0x8000001b,
    azureFileSync: 0x8000001e,
    wslSymlink: 0xa000001d,
    wslSocket: 0x80000023,
    wslFifo: 0x80000024,
    wslCharacter: 0x80000025,
    wslBlock: 0x80000026,
};
/** OneDrive and its like: 0x9000xx1A, one tag for each provider. */
const CLOUD_TAG = 0x9000001a;
const CLOUD_MASK = 0xffff0fff;
const NAME_SURROGATE = 0x2000_0000;
const REPARSE = { tag: 0, dataLength: 4, reserved: 6, data: 8 };
const LINK = {
    targetOffset: 0,
    targetLength: 2,
    printOffset: 4,
    printLength: 6,
    junctionPath: 8,
    symlinkPath: 12,
};
const WOF = { version: 0, provider: 4, providerVersion: 8, algorithm: 12 };
export const REPARSE_SIZE_MAX = 16 * 1024;
export function decodeReparsePoint(bytes) {
    if (bytes.length < REPARSE.data)
        return null;
    const view = viewOf(bytes);
    const tag = view.getUint32(REPARSE.tag, true);
    const length = view.getUint16(REPARSE.dataLength, true);
    if (REPARSE.data + length > bytes.length) {
        return { tag, defect: `${length} bytes of data in a value of ${bytes.length}` };
    }
    const data = bytes.subarray(REPARSE.data, REPARSE.data + length);
    if (tag === TAG.mountPoint)
        return { tag, ...decodeLink(data, LINK.junctionPath) };
    if (tag === TAG.symlink)
        return { tag, ...decodeLink(data, LINK.symlinkPath) };
    if (tag === TAG.wslSymlink && length >= 4)
        return { tag, target: new TextDecoder().decode(data.slice(4)) };
    if (tag === TAG.wof)
        return { tag, ...decodeWof(data) };
    return { tag };
}
function decodeLink(data, path) {
    if (data.length < path)
        return { defect: `a link of ${data.length} bytes` };
    const view = viewOf(data);
    const offset = view.getUint16(LINK.targetOffset, true);
    const length = view.getUint16(LINK.targetLength, true);
    if ((offset & 1) !== 0 || (length & 1) !== 0 || path + offset + length > data.length) {
        return { defect: `target of ${length} bytes at ${hex(offset)} leaves the data of ${data.length} bytes` };
    }
    return { target: getUtf16(view, path + offset, length / 2).replace(/^\\\?\?\\/, '') };
}
function decodeWof(data) {
    if (data.length < WOF.providerVersion)
        return { defect: `an overlay mark of ${data.length} bytes` };
    const view = viewOf(data);
    const algorithm = data.length >= WOF.algorithm + 4 ? view.getUint32(WOF.algorithm, true) : -1;
    return { wof: { provider: view.getUint32(WOF.provider, true), algorithm } };
}
export function isCloudTag(tag) {
    return (tag & CLOUD_MASK) >>> 0 === CLOUD_TAG || tag === TAG.azureFileSync || tag === TAG.hsm || tag === TAG.hsm2;
}
/** What an entry with this tag is. */
export function kindOfTag(tag, isDirectory) {
    if (tag === TAG.mountPoint)
        return 'junction';
    if (tag === TAG.symlink || tag === TAG.wslSymlink)
        return 'symlink';
    if (tag === TAG.appExecLink || (tag >= TAG.wslSocket && tag <= TAG.wslBlock))
        return 'other';
    if ((tag & NAME_SURROGATE) !== 0 && !isCloudTag(tag))
        return 'other';
    return isDirectory ? 'directory' : 'file';
}
