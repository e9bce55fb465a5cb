/** A file in staging: made new, and finished with what it has besides its bytes. */
import { fchmodSync, fsyncSync, futimesSync, openSync, rmSync, utimesSync } from 'node:fs';
import { StorageError } from "../errors.js";
export const COLLISION = 'TARGET_NAMES_COLLIDE';
/** Opens a new file for writing. In a staging folder that is not new, it replaces what an interrupted run left unfinished. */
export function createStaged(path, isStagingNew) {
    try {
        return openSync(path, 'wx+', 0o600);
    }
    catch (error) {
        if (error.code !== 'EEXIST')
            throw error;
        if (isStagingNew) {
            throw new StorageError('conflict', COLLISION, `${path} is the name of another file of this run`, {
                image: path,
                hint: 'the target takes two names for one: choose another kind of file system for --out, or --files to take one of them',
            });
        }
        rmSync(path, { force: true });
        return openSync(path, 'wx+', 0o600);
    }
}
export function finishStaged(fd, entry, sync) {
    futimesSync(fd, seconds(entry.accessedMs), seconds(entry.modifiedMs));
    if (isReadOnly(entry))
        fchmodSync(fd, 0o400);
    if (sync)
        fsyncSync(fd);
}
/** The same, for whoever writes the file in a lane. */
export function smallFile(path, entry, stream) {
    return {
        path,
        accessed: seconds(entry.accessedMs),
        modified: seconds(entry.modifiedMs),
        sparse: stream.sparse,
        readOnly: isReadOnly(entry),
    };
}
export function setTimes(path, entry) {
    utimesSync(path, seconds(entry.accessedMs), seconds(entry.modifiedMs));
}
/** FILE_ATTRIBUTE_READONLY; a folder of Windows would not let go of such a file when it is moved. */
function isReadOnly(entry) {
    return (entry.attributes & 1) !== 0 && process.platform !== 'win32';
}
function seconds(ms) {
    return Math.max(0, ms / 1000);
}
