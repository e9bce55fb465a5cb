/**
 * macOS: whole-file clones (APFS, through Node), holes, hole punching and flock. The system offers no clone of a range,
 * and no trustworthy physical address. Written from the manual pages; no Mac was at hand to verify it.
 */
import { constants } from 'node:os';
import { cloneWholeFile } from "../../src/io/portable-host-files.js";
import { NOT_SUPPORTED, PosixCalls } from "../posix-calls.js";
import { errnoName, systemError } from "../system-errors.js";
import * as abi from "./abi.js";
export class DarwinHostFiles {
    name = 'darwin';
    reason;
    #posix;
    #fcntl;
    #statfs;
    constructor(koffi) {
        this.reason = `koffi ${koffi.version} calls the system`;
        const library = koffi.load(null);
        this.#posix = new PosixCalls(koffi, library, { data: abi.SEEK_DATA, hole: abi.SEEK_HOLE });
        this.#fcntl = library.func('fcntl', 'int', ['int', 'int', '...']);
        this.#statfs = library.func(abi.STATFS_SYMBOL, 'int', ['str', 'void *']);
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
    dataRanges(file, from, to) {
        return this.#posix.dataRanges(file, from, to);
    }
    punchHole(file, offset, length) {
        if (length === 0)
            return true;
        const request = abi.encodePunchHole(offset, length);
        const result = this.#posix.call(() => this.#fcntl(file.fd, abi.F_PUNCHHOLE, 'void *', request));
        if (result >= 0)
            return true;
        // EINVAL: not on block boundaries, which this system does not round.
        if (NOT_SUPPORTED.has(-result) || result === -constants.errno.EINVAL)
            return false;
        throw systemError('F_PUNCHHOLE', errnoName(-result), file, offset);
    }
    lock(file, mode) {
        return this.#posix.lock(file, mode);
    }
    fileSystemName(folder) {
        const statfs = abi.statfsBuffer();
        return this.#posix.call(() => this.#statfs(folder, statfs)) < 0 ? null : abi.statfsName(statfs);
    }
}
