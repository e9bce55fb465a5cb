/**
 * What a folder's file system offers, found by trying: tables of file systems are wrong for network mounts, overlays,
 * old kernels and containers. All attempts happen in a hidden folder that is removed again.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, linkSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync, statfsSync, statSync, writeFileSync, writeSync, } from 'node:fs';
import { join } from 'node:path';
import { isZero, KIB, MIB } from "../base/bytes.js";
import { asStorageError, invalidArgument } from "../errors.js";
/** A multiple of every block and cluster size that file systems use for sharing. */
const UNIT = 64 * KIB;
const SECOND = MIB;
const SIZE = SECOND + UNIT;
export function probeFolder(host, folder) {
    try {
        if (!statSync(folder).isDirectory())
            throw invalidArgument('FOLDER_IS_FILE', `${folder} is not a folder`);
        const space = statfsSync(folder);
        const problems = [];
        const probe = makeProbeFolder(folder, problems);
        try {
            return {
                folder,
                fileSystem: host.fileSystemName(folder),
                blockSize: space.bsize,
                totalBytes: space.blocks * space.bsize,
                freeBytes: space.bavail * space.bsize,
                writable: probe !== null,
                abilities: tryAll(host, probe, problems),
                problems,
            };
        }
        finally {
            if (probe !== null)
                rmSync(probe, { recursive: true, force: true });
        }
    }
    catch (error) {
        throw asStorageError(error, { image: folder });
    }
}
function makeProbeFolder(folder, problems) {
    try {
        return mkdtempSync(join(folder, '.pitvault-probe-'));
    }
    catch (error) {
        problems.push(`nothing can be written here: ${error.message}`);
        return null;
    }
}
function tryAll(host, probe, problems) {
    const seen = {};
    for (const [name, attempt] of Object.entries(ATTEMPTS)) {
        seen[name] = null;
        if (probe === null)
            continue;
        const files = new ProbeFiles(join(probe, name));
        try {
            seen[name] = attempt(host, files);
        }
        catch (error) {
            problems.push(`${name}: ${error.message}`);
        }
        finally {
            files.close();
        }
    }
    return seen;
}
const ATTEMPTS = {
    cloneFile: (host, files) => {
        const source = files.sample('a');
        return host.cloneFile(source.path, files.path('b')) === 'cloned' && sameBytes(source.path, files.path('b'));
    },
    cloneRange: (host, files) => {
        const source = files.sample('a');
        const target = files.open('b');
        ftruncateSync(target.fd, SIZE);
        if (host.cloneRange(source, 0, UNIT, target, SECOND) !== 'cloned')
            return false;
        const bytes = readUnit(target, SECOND);
        return bytes.every((byte) => byte === 1);
    },
    extents: (host, files) => {
        const extents = host.physicalExtents(files.sample('a'), 0, SIZE);
        if (extents === null)
            return false;
        const list = [...extents];
        return list.length > 0 && list.every(({ trusted }) => trusted);
    },
    holes: (host, files) => {
        const ranges = host.dataRanges(files.sample('a'), 0, SIZE);
        if (ranges === null)
            return false;
        return [...ranges].reduce((sum, { length }) => sum + length, 0) < SIZE;
    },
    sparse: (_host, files) => allocated(files.sample('a')) < SIZE,
    punchHole: (host, files) => {
        const file = files.sample('a');
        const before = allocated(file);
        if (!host.punchHole(file, 0, UNIT))
            return false;
        fsyncSync(file.fd);
        return isZero(readUnit(file, 0)) && allocated(file) < before;
    },
    lock: (host, files) => {
        const first = files.open('a');
        return host.lock(first, 'exclusive') === 'locked' && host.lock(files.open('a'), 'exclusive') === 'busy';
    },
    hardLink: (_host, files) => {
        files.open('a');
        try {
            linkSync(files.path('a'), files.path('b'));
        }
        catch {
            return false;
        }
        return existsSync(files.path('b'));
    },
    caseSensitive: (_host, files) => {
        files.open('a');
        return !existsSync(files.path('A'));
    },
    replaceOpenFile: (_host, files) => {
        writeFileSync(files.path('old'), 'old');
        const reader = files.open('old');
        writeFileSync(files.path('new'), 'new');
        try {
            renameSync(files.path('new'), reader.path);
        }
        catch {
            return false;
        }
        return readFileSync(reader.path, 'utf8') === 'new' && readFileSync(reader.fd, 'utf8') === 'old';
    },
    syncFolder: (_host, files) => {
        try {
            const fd = openSync(files.folder, 'r');
            try {
                fsyncSync(fd);
            }
            finally {
                closeSync(fd);
            }
            return true;
        }
        catch {
            return false;
        }
    },
};
/** The files of one attempt, in a folder of its own. */
class ProbeFiles {
    folder;
    #open = [];
    constructor(folder) {
        this.folder = folder;
        mkdirSync(folder);
    }
    path(name) {
        return join(this.folder, name);
    }
    open(name) {
        const path = this.path(name);
        const fd = openSync(path, existsSync(path) ? 'r+' : 'w+');
        this.#open.push(fd);
        return { fd, path };
    }
    /** A unit of ones, a hole, a unit of ones; on the disk, since delayed allocation hides what a file system does. */
    sample(name) {
        const file = this.open(name);
        const ones = new Uint8Array(UNIT).fill(1);
        writeSync(file.fd, ones, 0, UNIT, 0);
        writeSync(file.fd, ones, 0, UNIT, SECOND);
        fsyncSync(file.fd);
        return file;
    }
    close() {
        for (const fd of this.#open)
            closeSync(fd);
    }
}
function allocated(file) {
    return fstatSync(file.fd).blocks * 512;
}
function readUnit(file, offset) {
    const bytes = new Uint8Array(UNIT);
    readSync(file.fd, bytes, 0, UNIT, offset);
    return bytes;
}
function sameBytes(a, b) {
    return readFileSync(a).equals(readFileSync(b));
}
