/**
 * Why the content of a file is not in this volume, or not readable without a key. Such files have a $DATA of the right
 * size without clusters: reading it would give zeros, which is the one answer that must not be given.
 */
import { hex } from "../base/bytes.js";
import { unsupported } from "../errors.js";
import { COMPRESSION_LZNT1, FLAG_COMPRESSION_MASK, FLAG_ENCRYPTED } from "./attribute.js";
import { isCloudTag, TAG } from "./reparse-point.js";
import { detailsIn } from "./volume-context.js";
import { WOF_ALGORITHMS } from "./wof-stream.js";
const ATTRIBUTE_OFFLINE = 0x1000;
const ATTRIBUTE_RECALL_ON_OPEN = 0x4_0000;
const ATTRIBUTE_RECALL_ON_DATA_ACCESS = 0x40_0000;
const RECALLED = ATTRIBUTE_OFFLINE | ATTRIBUTE_RECALL_ON_OPEN | ATTRIBUTE_RECALL_ON_DATA_ACCESS;
const WOF_PROVIDER_FILE = 2;
/** Content kept elsewhere altogether, by tag. */
const ELSEWHERE = new Map([
    [
        TAG.dedup,
        ['DEDUPLICATED', 'is deduplicated', 'restore it on a Windows server with the Data Deduplication feature'],
    ],
    [TAG.wim, ['WIM_BACKED', 'is backed by a WIM image', 'take it from that image']],
    [TAG.sis, ['SINGLE_INSTANCE', 'is kept in a single-instance store', 'restore it with that feature of Windows']],
    [TAG.driveExtender, ['DRIVE_EXTENDER', 'is kept by Drive Extender', 'restore it with Windows Home Server']],
]);
/** Why the unnamed stream cannot be read here, or null. */
export function findContentObstacle(context, content) {
    const { record, path, data, reparse, attributes } = content;
    if (data === null || data.dataSize === 0)
        return null;
    const refuse = (name, message, hint) => unsupported(`NTFS_${name}`, `${path} ${message}`, detailsIn(context, record.what, record.offset, hint));
    if (reparse !== null) {
        const elsewhere = ELSEWHERE.get(reparse.tag);
        if (elsewhere !== undefined)
            return refuse(elsewhere[0], `${elsewhere[1]}: its content is not in this file`, elsewhere[2]);
        if (reparse.tag === TAG.wof) {
            const { provider, algorithm } = reparse.wof ?? { provider: 0, algorithm: -1 };
            if (provider !== WOF_PROVIDER_FILE) {
                return refuse('WIM_BACKED', `is backed by overlay provider ${provider}, not by its own data`, 'take it from that image');
            }
            if (WOF_ALGORITHMS[algorithm] === undefined) {
                return refuse('WOF_ALGORITHM', `is compressed by algorithm ${algorithm}, which is unknown`, 'read it on Windows');
            }
            return null;
        }
    }
    const isCloud = reparse !== null && isCloudTag(reparse.tag);
    const isRecalled = (attributes & RECALLED) !== 0;
    if (isCloud ? isRecalled || hasHoles(content) : isRecalled && hasHoles(content)) {
        const tag = reparse === null ? '' : ` (tag ${hex(reparse.tag)})`;
        return refuse('OFFLINE', `is a placeholder${tag}: its content is not on this volume`, 'take it from the service it is kept in');
    }
    return findStreamObstacle(context, data, path);
}
function hasHoles({ data, openRuns }) {
    return data !== null && !data.isResident && openRuns().runs.hasHoles;
}
/** Why the bytes of this stream cannot be had, or null. */
export function findStreamObstacle(context, data, path) {
    const { record } = data;
    const place = (hint) => detailsIn(context, record.what, record.offset + data.offset, hint);
    if ((data.flags & FLAG_ENCRYPTED) !== 0) {
        return unsupported('NTFS_ENCRYPTED', `${path} is encrypted (EFS)`, place("restore it on Windows with the owner's key"));
    }
    const compression = data.isResident ? 0 : data.flags & FLAG_COMPRESSION_MASK;
    if (compression === 0 || compression === COMPRESSION_LZNT1)
        return null;
    return unsupported('NTFS_COMPRESSION', `${path} is compressed by method ${compression}, which is unknown`, place('read it on Windows'));
}
