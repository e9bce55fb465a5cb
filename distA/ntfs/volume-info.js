/** What a volume says of itself: label, version, serial, whether it was left in order. */
import { getUtf16, viewOf } from "../base/bytes.js";
import { StorageError } from "../errors.js";
import { residentValue, TYPE } from "./attribute.js";
import { LOG_FILE_RECORD, VOLUME_RECORD } from "./file-record.js";
import { journalState } from "./log-file.js";
import { placeIn } from "./volume-context.js";
const VOLUME_INFORMATION = { reserved: 0, major: 8, minor: 9, flags: 10 };
const VOLUME_INFORMATION_SIZE = 12;
const VOLUME_IS_DIRTY = 1;
export function readVolumeInfo(files) {
    const { geometry, findings } = files.context;
    const { label, version, flags } = orElse(files, { label: '', version: 'unknown', flags: 0 }, readVolumeRecord);
    const journal = orElse(files, 'unknown', readJournal);
    const dirty = (flags & VOLUME_IS_DIRTY) !== 0 || journal === 'unclean';
    if (dirty) {
        const what = journal === 'unclean' ? 'its journal holds unfinished work' : 'it asks for a check';
        const message = `the volume was not left in order: ${what}; what is read is crash-consistent`;
        findings.add('info', 'NTFS_VOLUME_DIRTY', message, placeIn(files.context, '$Volume'));
    }
    return {
        kind: 'NTFS',
        version,
        label,
        serial: `${geometry.serial.slice(8, 12)}-${geometry.serial.slice(12)} ${geometry.serial}`,
        size: geometry.size,
        clusterSize: geometry.clusterSize,
        dirty,
        journal,
    };
}
/** A fact, or its stand-in where it cannot be read. */
function orElse(files, standIn, read) {
    try {
        return read(files);
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        files.context.findings.addError(error, 'what the volume says of itself is incomplete', 'warning');
        return standIn;
    }
}
function readVolumeRecord(files) {
    const file = files.attributes(VOLUME_RECORD, 0);
    const name = file.find(TYPE.volumeName, '');
    const label = name === null ? '' : getUtf16(viewOf(residentValue(name)), 0, residentValue(name).length >> 1);
    const information = file.find(TYPE.volumeInformation, '');
    if (information === null || information.dataSize < VOLUME_INFORMATION_SIZE)
        return { label, version: 'unknown', flags: 0 };
    const view = viewOf(residentValue(information));
    return {
        label,
        version: `${view.getUint8(VOLUME_INFORMATION.major)}.${view.getUint8(VOLUME_INFORMATION.minor)}`,
        flags: view.getUint16(VOLUME_INFORMATION.flags, true),
    };
}
function readJournal(files) {
    const file = files.attributes(LOG_FILE_RECORD, 0);
    const data = file.find(TYPE.data, '');
    return data === null || data.isResident ? 'unknown' : journalState(files.runStream(file, data));
}
