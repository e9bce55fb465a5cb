/**
 * Zip archives as a source of bytes: the only door to yauzl.
 *
 * A stored member is a window on the archive. A deflated member has no random access, so it is inflated once into a
 * sparse temporary file (runs of zeros become holes), which is removed on close.
 */
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from "../base/crc32.js";
import { asStorageError, corrupt, notFound, StorageError, throwIfCancelled, unsupported, } from "../errors.js";
import { operatingSystem } from "../io/operating-system.js";
import { FileMap, SliceMap } from "../map/maps.js";
import { nameMembers } from "./zip-names.js";
const HOLE_SIZE = 4096;
const STORED = 0;
const DEFLATED = 8;
/** What other tools write; none of it is read here. */
const OTHER_METHODS = new Map([
    [9, 'Deflate64, as Windows Explorer packs files above 2 GiB'],
    [12, 'bzip2'],
    [14, 'LZMA'],
    [93, 'Zstandard'],
    [95, 'XZ'],
    [98, 'PPMd'],
]);
const PIECE_SIZE = 256 * 1024;
/** Errors that a member has of its own: its bytes, or a name that stands in the way of another one's. */
const COSTS_ITSELF = new Set(['corrupt', 'unsupported', 'conflict', 'not-found']);
const ZERO = new Uint8Array(HOLE_SIZE);
/**
 * Deflate cannot pack tighter than 1032 to 1, so a larger claim is a lie; and an archive that is all claim (a bomb)
 * costs no disk here, because zeros become holes.
 */
const RATIO_MAX = 1040;
export class ZipArchive {
    name;
    /** Those that have a name under which they can be read here; see zip-names.ts. */
    members;
    /** What is to be told of their names. */
    findings;
    #zip;
    #entries;
    #refused;
    #file;
    #options;
    #opened = new Map();
    #unpacked = new Map();
    #folder;
    #closers = [];
    constructor(file, zip, names, options) {
        const { entries, refused, findings } = names;
        this.name = file.name;
        this.findings = findings;
        this.#file = file;
        this.#zip = zip;
        this.#entries = entries;
        this.#refused = refused;
        this.#options = options;
        this.members = [...entries].map(([path, entry]) => ({
            path,
            size: entry.uncompressedSize,
            modifiedMs: entry.getLastModDate().getTime(),
            stored: entry.compressionMethod === STORED,
        }));
    }
    /** Reads the central directory. The archive stays open until `close`. */
    static async open(path, options) {
        const file = options.openFile(path);
        try {
            const yauzl = await import('yauzl');
            // Left to yauzl, one bad name or size would refuse the whole archive: both are judged here, member by member.
            const judged = { decodeStrings: false, validateEntrySizes: false };
            const zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true, ...judged });
            const members = [];
            for await (const entry of zip.eachEntry()) {
                const { generalPurposeBitFlag: bits, fileNameRaw, extraFields, uncompressedSize: size, crc32 } = entry;
                const name = yauzl.getFileNameLowLevel(bits, fileNameRaw, extraFields, false);
                const modifiedMs = entry.getLastModDate().getTime();
                members.push({ name, size, crc32, modifiedMs, fault: faultOf(name, yauzl.validateFileName(name)), entry });
            }
            const names = nameMembers(file.name, members);
            for (const [name, entry] of names.entries)
                entry.fileName = name;
            return new ZipArchive(file, zip, names, options);
        }
        catch (error) {
            file.close();
            if (StorageError.is(error))
                throw error;
            throw new StorageError('corrupt', 'ZIP_UNREADABLE', `${path} is not a readable zip archive: ${error.message}`, {
                image: path,
                structure: 'central directory',
                hint: 'copy it again, or unpack it with another tool and give the folder',
                cause: error,
            });
        }
    }
    /** True when the file starts as zip archives do. */
    static isZip(file) {
        const head = new Uint8Array(4);
        file.read(0, head);
        return isZipHead(head);
    }
    /** The member's bytes as a map; a second call for the same member gives the same map. */
    async openMember(path) {
        const open = this.#opened.get(path);
        if (open !== undefined)
            return open;
        const refused = this.#refused.get(path);
        if (refused !== undefined)
            throw refused;
        const entry = this.#entries.get(path);
        if (entry === undefined) {
            throw notFound('ZIP_MEMBER_MISSING', `${this.name} has no member ${path}`, {
                image: this.name,
                hint: `it has: ${[...this.#entries.keys()]
                    .filter((name) => !name.endsWith('/'))
                    .slice(0, 8)
                    .join(', ')}`,
            });
        }
        requireReadable(entry, this.name);
        const map = entry.compressionMethod === STORED ? await this.#window(entry) : await this.#inflate(entry);
        this.#opened.set(path, map);
        return map;
    }
    close() {
        for (const close of this.#closers.splice(0))
            close();
        this.#zip.close();
        this.#file.close();
    }
    /** Nothing proves the bytes of a stored member; so at least its two headers have to agree that it is one. */
    async #window(entry) {
        try {
            const { compressionMethod, fileDataStart } = await this.#zip.readLocalFileHeaderPromise(entry);
            if (compressionMethod !== STORED)
                throw new Error('its two headers name different compression methods');
            return new SliceMap(new FileMap(this.#file), fileDataStart, entry.uncompressedSize);
        }
        catch (error) {
            throw memberError(error, entry, this.name, entry.relativeOffsetOfLocalHeader);
        }
    }
    /**
     * Unpacks every member that `wanted` accepts below one temporary folder, under its own path: disks of a chain find their
     * parents by paths relative to each other. What cannot be unpacked may be nobody's parent, so it is left out.
     */
    async unpackTogether(member, wanted) {
        const leftOut = [];
        for (const [path, entry] of this.#entries) {
            if (!wanted(path) || this.#unpacked.has(path))
                continue;
            try {
                const refused = this.#refused.get(path);
                if (refused !== undefined)
                    throw refused;
                await this.#unpack(entry);
            }
            catch (error) {
                const alone = asStorageError(error, { image: this.name, structure: `zip member ${path}` });
                if (!COSTS_ITSELF.has(alone.kind) || path === member)
                    throw error;
                leftOut.push(alone);
            }
        }
        const hostPath = this.#unpacked.get(member);
        if (hostPath === undefined)
            throw notFound('ZIP_MEMBER_MISSING', `${this.name} has no member ${member}`, { image: this.name });
        return { hostPath, leftOut };
    }
    async #inflate(entry) {
        const path = this.#unpacked.get(entry.fileName) ?? (await this.#unpack(entry));
        const file = this.#options.openFile(path);
        this.#closers.unshift(() => file.close());
        return new FileMap(file);
    }
    /** The one temporary folder of this archive; it goes on close. */
    #tempFolder() {
        if (this.#folder === undefined) {
            const folder = mkdtempSync(join(this.#options.tempFolder ?? operatingSystem().tmpdir(), 'pitvault-'));
            this.#folder = folder;
            this.#closers.push(() => rmSync(folder, { recursive: true, force: true }));
        }
        return this.#folder;
    }
    /** Writes the member to the temporary folder; names that would leave it have been left out. */
    async #unpack(entry) {
        requireReadable(entry, this.name);
        const folder = this.#tempFolder();
        requireSpace(folder, entry, this.name);
        requireRatio(entry, this.name);
        const path = join(folder, ...entry.fileName.split('/'));
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        const fd = openSync(path, 'wx', 0o600);
        let position = 0;
        let crc = 0;
        try {
            for await (const chunk of await openPieces(this.#zip, entry)) {
                throwIfCancelled(this.#options.signal);
                if (position + chunk.length > entry.uncompressedSize)
                    throw new Error('it holds more bytes than it claims');
                writeSparse(fd, chunk, position);
                crc = crc32(chunk, crc);
                position += chunk.length;
                this.#options.onProgress?.(position, entry.uncompressedSize, `unpacking ${entry.fileName}`);
            }
            if (position < entry.uncompressedSize)
                throw new Error('it holds fewer bytes than it claims');
            ftruncateSync(fd, entry.uncompressedSize);
            if (crc !== entry.crc32)
                throw new Error('its checksum does not fit its bytes');
        }
        catch (error) {
            rmSync(path, { force: true }); // else a second attempt finds it in the way
            throw memberError(error, entry, this.name, position);
        }
        finally {
            closeSync(fd);
        }
        this.#unpacked.set(entry.fileName, path);
        this.#options.onUnpacked?.(path, entry.fileName);
        return path;
    }
}
/** True for the first four bytes of an archive, with members or without. */
export function isZipHead(head) {
    return head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}
/** Why a member of that name cannot be put below a folder, or null; `absolute` and `..` are yauzl's to know. */
function faultOf(name, leaves) {
    if (leaves !== null)
        return 'leads out of the archive';
    return name.includes('\0') ? 'holds a NUL' : null;
}
/**
 * The bytes of a member. Deflated ones are inflated in larger pieces than yauzl's 16 KiB, since each costs a trip to another
 * thread. Their number is for the caller to check.
 */
async function openPieces(zip, entry) {
    if (entry.compressionMethod !== DEFLATED)
        return zip.openReadStreamPromise(entry);
    const [{ createInflateRaw }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream')]);
    const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    return pipeline(packed, createInflateRaw({ chunkSize: PIECE_SIZE }), ignoreEnd);
}
/** What ends a pipeline ends whoever reads from it, too. */
function ignoreEnd() { }
/** Only the non-zero pieces are written, so an inflated image costs what is allocated in it. */
function writeSparse(fd, chunk, position) {
    let start = 0;
    for (let at = 0; at < chunk.length; at += HOLE_SIZE) {
        const piece = chunk.subarray(at, Math.min(chunk.length, at + HOLE_SIZE));
        if (Buffer.compare(piece, ZERO.subarray(0, piece.length)) !== 0)
            continue;
        if (at > start)
            writeSync(fd, chunk, start, at - start, position + start);
        start = at + piece.length;
    }
    if (chunk.length > start)
        writeSync(fd, chunk, start, chunk.length - start, position + start);
}
function requireReadable(entry, name) {
    const { compressionMethod: method } = entry;
    if (entry.isEncrypted()) {
        throw unsupported('ZIP_MEMBER_ENCRYPTED', `${entry.fileName} in ${name} is encrypted`, {
            image: name,
            hint: 'unpack it with its password first',
        });
    }
    if (method === STORED && entry.compressedSize !== entry.uncompressedSize) {
        const message = `${entry.fileName} is stored, and claims ${entry.uncompressedSize} bytes in ${entry.compressedSize}`;
        throw corrupt('ZIP_MEMBER_CORRUPT', message, {
            image: name,
            structure: 'central directory',
            hint: 'copy the archive again, or unpack the member with another tool',
        });
    }
    if (method === STORED || method === DEFLATED)
        return;
    const other = OTHER_METHODS.get(method);
    const how = `method ${method}${other === undefined ? '' : ` (${other})`}`;
    throw unsupported('ZIP_METHOD', `${entry.fileName} in ${name} is packed by ${how}, which is not read here`, {
        image: name,
        hint: 'unpack it with the tool that packed it, or with 7-Zip, and give what comes out',
    });
}
function requireRatio(entry, name) {
    if (entry.uncompressedSize <= entry.compressedSize * RATIO_MAX)
        return;
    const message = `${entry.fileName} claims ${entry.uncompressedSize} bytes from ${entry.compressedSize}: more than deflate can do`;
    throw corrupt('ZIP_RATIO', message, { image: name, structure: 'central directory' });
}
/** The operating system's errors stay what they are; anything the archive's bytes cause is corruption. */
function memberError(error, entry, name, position) {
    const place = { image: name, structure: `zip member ${entry.fileName}`, offset: position };
    const base = asStorageError(error, place);
    const code = error.code ?? '';
    if (base.kind === 'cancelled' || /^E[A-Z]+$/.test(code))
        return base;
    return corrupt('ZIP_MEMBER_CORRUPT', `${entry.fileName} cannot be unpacked: ${base.message}`, {
        ...place,
        hint: 'copy the archive again; or unpack with another tool what it still gives, and take that with --salvage',
        cause: error,
    });
}
function requireSpace(folder, entry, name) {
    const space = statfsSync(folder);
    const free = space.bavail * space.bsize;
    if (entry.compressedSize <= free)
        return;
    throw new StorageError('io', 'ZIP_TEMP_FULL', `${folder} has ${free} bytes free; ${entry.fileName} needs at least ${entry.compressedSize}`, {
        image: name,
        hint: 'set TMPDIR to a folder on a larger disk, or unpack the archive and give the folder',
    });
}
