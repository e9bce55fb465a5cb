/** The port of host-files.ts with nothing but Node: whole-file clones where the system copies that way, and no more. */
import { constants, copyFileSync, statfsSync } from 'node:fs';
import { asStorageError } from "../errors.js";
import { LINUX_FILE_SYSTEMS } from "./linux-file-systems.js";
/** What a system answers where it cannot clone: other file system, other device, other kind of file. */
const CANNOT_CLONE = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'ENOTTY', 'EXDEV', 'EINVAL']);
export class PortableHostFiles {
    name = 'portable';
    reason;
    constructor(reason) {
        this.reason = reason;
    }
    cloneFile(source, target) {
        return cloneWholeFile(source, target);
    }
    cloneRange() {
        return 'unsupported';
    }
    physicalExtents() {
        return null;
    }
    dataRanges() {
        return null;
    }
    punchHole() {
        return false;
    }
    lock() {
        return 'unsupported';
    }
    fileSystemName(folder) {
        return linuxFileSystemName(folder);
    }
}
/** FICLONE on Linux, clonefile on macOS; Node knows no way on Windows. A failed copy removes its target itself. */
export function cloneWholeFile(source, target) {
    try {
        copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
        return 'cloned';
    }
    catch (error) {
        if (CANNOT_CLONE.has(error.code ?? ''))
            return 'unsupported';
        throw asStorageError(error, { image: source, structure: 'file' });
    }
}
export function linuxFileSystemName(folder) {
    if (process.platform !== 'linux')
        return null;
    try {
        const { type } = statfsSync(folder);
        return LINUX_FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`;
    }
    catch {
        return null;
    }
}
