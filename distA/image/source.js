/**
 * Locators: text that names bytes. `A` is a file on disk; `A::B` is path B inside image or zip A, as deep as needed:
 * `pool.zip::dpm01/…/disk0.vhdx::/inner.vhdx`. Whatever the depth, the result is one address map down to files on disk.
 */
import { basename } from 'node:path';
import { corrupt, invalidArgument, notFound, StorageError, throwIfCancelled, unsupported, } from "../errors.js";
import { PageCache } from "../io/cached-file.js";
import { DiskFile, identityOf } from "../io/disk-file.js";
import { FileMap } from "../map/maps.js";
import { readBytes } from "../map/read-map.js";
import { isZipHead, ZipArchive } from "./zip-archive.js";
import { withoutEmptyParts } from "./zip-names.js";
/** Opening reads synchronously: where much is opened in a row, signals get their turn so often. */
const PAUSE_MS = 50;
/** What one open image or pool holds open, and how it opens more. */
export class OpenContext {
    options;
    openFile;
    findings = [];
    #closers = [];
    #names = new Map();
    #zips = new Map();
    #cache;
    #outer;
    #identities = new Set();
    #adopted = [];
    #pausedMs = performance.now();
    /** Within `outer` (a pool), archives and the page cache are shared, so a member is unpacked once for all points. */
    constructor(options = {}, outer) {
        this.options = options;
        this.#outer = outer;
        this.#cache = outer === undefined ? new PageCache() : outer.#cache;
        const names = outer === undefined ? this.#names : outer.#names;
        const open = options.openFile ?? ((path, name) => new DiskFile(path, name));
        this.openFile = (path) => {
            const file = this.#cache.open(open(path, names.get(path)));
            this.#identities.add(file.identity);
            this.onClose(() => file.close());
            return file;
        };
    }
    onClose(close) {
        this.#closers.push(close);
    }
    /** Before one of many is opened. Throws where the work was cancelled. */
    async pause() {
        const { signal } = this.options;
        throwIfCancelled(signal);
        if (signal === undefined || performance.now() - this.#pausedMs < PAUSE_MS)
            return;
        await new Promise(setImmediate);
        this.#pausedMs = performance.now();
        throwIfCancelled(signal);
    }
    /** Opens an archive once, however many members are asked of it. */
    zip(path) {
        if (this.#outer !== undefined)
            return this.#outer.zip(path);
        let zip = this.#zips.get(path);
        if (zip === undefined) {
            const { tempFolder, signal, onProgress } = this.options;
            const onUnpacked = (hostPath, member) => {
                this.#names.set(hostPath, `${path}::${member}`);
            };
            zip = ZipArchive.open(path, { openFile: this.openFile, onUnpacked, tempFolder, signal, onProgress });
            this.#zips.set(path, zip);
            zip.then((archive) => this.onClose(() => archive.close()), () => this.#zips.delete(path));
        }
        return zip;
    }
    /** True when this file, by whatever name, is one of those that were opened here. */
    reads(path) {
        const identity = identityOf(path);
        if (identity === null)
            return false;
        return this.#holds(identity) || this.#outer?.reads(path) === true;
    }
    #holds(identity) {
        return this.#identities.has(identity) || this.#adopted.some((inner) => inner.#holds(identity));
    }
    /** What `inner` holds open is this one's from now on. */
    adopt(inner) {
        this.#adopted.push(inner);
        this.onClose(() => inner.close());
    }
    close() {
        for (const close of this.#closers.splice(0).reverse())
            close();
    }
}
export function splitLocator(locator) {
    return locator.split('::');
}
/** Resolves a locator to bytes. A zip that holds a single image stands for that image. */
export async function openSource(locator, context, openInside) {
    const [first, ...inner] = splitLocator(locator);
    if (first === undefined || first === '')
        throw invalidArgument('LOCATOR_EMPTY', 'an empty path names no image');
    const file = context.openFile(first);
    let source = { map: new FileMap(file), name: first, hostPath: first };
    if (isArchive(file, first)) {
        const archive = await context.zip(first);
        for (const finding of archive.findings)
            if (!context.findings.includes(finding))
                context.findings.push(finding);
        const member = withoutEmptyParts(inner.shift() ?? onlyImage(archive));
        source = {
            map: await archive.openMember(member),
            name: `${first}::${member}`,
            hostPath: null,
            findings: archive.findings,
            unpackFellows: () => archive.unpackTogether(member, isImageName),
        };
    }
    else if (ZIP_NAME.test(first))
        throw noZip(first);
    for (const path of inner) {
        if (source.map.size >= 4 && isZipHead(readBytes(source.map, 0, 4)))
            throw zipInside(source.name);
        const map = await openInside(source, path, context);
        source = { map, name: `${source.name}::${path}`, hostPath: null, findings: source.findings };
    }
    return source;
}
const ZIP_NAME = /\.zip$/i;
/** A start that cannot be read is for those to judge who have a second copy of theirs; archives have none. */
function isArchive(file, name) {
    try {
        return ZipArchive.isZip(file);
    }
    catch (error) {
        if (!StorageError.is(error) || error.kind !== 'io' || ZIP_NAME.test(name))
            throw error;
        return false;
    }
}
const IMAGE_NAME = /\.(a?vhdx?|raw|img|dd|bin|iso)$/i;
export function isImageName(name) {
    return IMAGE_NAME.test(basename(name));
}
/** As with a VHDX that is none: never read as something else. */
function noZip(name) {
    return corrupt('ZIP_SIGNATURE_MISSING', `${name} is not a zip archive: it does not start as one`, {
        image: name,
        structure: 'local file header',
        offset: 0,
        hint: 'the copy may be incomplete (compare sizes); what unpacks itself is to be unpacked first; a raw image is read as .img or .raw',
    });
}
function zipInside(name) {
    return unsupported('ZIP_INSIDE', `${name} is a zip archive itself: archives are read as files on disk only`, {
        image: name,
        hint: 'get it out first (pitvault recover or cat, or unpack the outer archive), then name it by itself',
    });
}
function onlyImage(archive) {
    const images = archive.members.filter((member) => isImageName(member.path));
    if (images.length === 1)
        return images[0].path;
    const list = images.slice(0, 6).map((member) => `${archive.name}::${member.path}`);
    if (images.length === 0) {
        const hint = archive.findings.length === 0 ? undefined : archive.findings.map(({ message }) => message).join('; ');
        throw notFound('ZIP_NO_IMAGE', `${archive.name} holds no disk image`, { image: archive.name, hint });
    }
    throw new StorageError('conflict', 'ZIP_SEVERAL_IMAGES', `${archive.name} holds ${images.length} images`, {
        image: archive.name,
        hint: `name one: ${list.join(', ')}${images.length > list.length ? ', ...' : ''}; a pool in a zip works with scan and recover`,
    });
}
