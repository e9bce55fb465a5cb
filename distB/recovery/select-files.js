/** Which files of a volume a recovery takes. */
import { shellWord } from "../base/shell-word.js";
import { notFound, StorageError } from "../errors.js";
import { readMap } from "../map/read-map.js";
import { DPMDB_FILE, VOLUME_FOLDER } from "../pool/layout.js";
/** What matches any of the globs, in the order of the file table; a name without a slash matches in any folder, a folder stands for all in it. */
export async function selectByGlob(fileSystem, globs, image) {
    const byPath = selectByPath(fileSystem, globs);
    const found = byPath === null ? await selectByScan(fileSystem, globs) : { entries: byPath, unmatched: [] };
    if (found.entries.length === 0) {
        throw notFound('RECOVER_NOTHING_MATCHES', `no file in ${image} matches ${globs.join(', ')}`, {
            image,
            hint: `see what is there: pitvault ls -R ${shellWord(image)}`,
        });
    }
    return found;
}
async function selectByScan(fileSystem, globs) {
    const matches = await globMatcher(globs);
    const unmatched = new Map(await Promise.all(globs.map(async (glob) => [glob, await globMatcher([glob])])));
    const entries = globs.some(isEverything) ? rootWithStreams(fileSystem) : [];
    for (const entry of fileSystem.scan()) {
        if (!matches(entry.path))
            continue;
        entries.push(entry);
        if (unmatched.size === 0)
            continue;
        for (const [glob, isMatch] of unmatched)
            if (isMatch(entry.path))
                unmatched.delete(glob);
    }
    return { entries, unmatched: [...unmatched.keys()] };
}
/** The root folder where it holds more than files: it is in no folder that would list it. */
function rootWithStreams(fileSystem) {
    const root = fileSystem.lookup('/');
    if (root === null)
        return [];
    try {
        return fileSystem.streams(root).length > 0 ? [root] : [];
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return []; // the volume's findings tell of its record
        throw error;
    }
}
/**
 * Files that are named in full, by their folders' directories alone: no more is read than on the way to them. Null where that
 * tells less than a scan: patterns, bare names, folders, damage, nothing of that name.
 */
function selectByPath(fileSystem, globs) {
    const found = new Map();
    try {
        for (const glob of globs) {
            const path = cleaned(glob);
            const entries = !path.includes('/') || MAGIC.test(path) ? [] : entriesAt(fileSystem, path);
            if (entries.length === 0 || entries.some(({ kind }) => kind === 'directory'))
                return null;
            for (const entry of entries)
                found.set(entry.path, entry);
        }
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return null;
        throw error;
    }
    return [...found.values()].sort((a, b) => a.id - b.id); // as a scan comes to them
}
/** All entries of this path, whatever their case: in some folders names may differ in nothing else. */
function entriesAt(fileSystem, path) {
    let level = [fileSystem.lookup('/')].filter((entry) => entry !== null);
    for (const part of path.toLowerCase().split('/')) {
        const directories = level.filter((entry) => entry.kind === 'directory');
        level = directories.flatMap((directory) => [...fileSystem.list(directory, { namesOnly: true })].filter(({ name }) => name.toLowerCase() === part));
    }
    return level.map(({ path: exact }) => fileSystem.lookup(exact)).filter((entry) => entry !== null);
}
/** Characters that mean something in a glob. */
const MAGIC = /[*?[\](){}!+@|"]/;
function cleaned(glob) {
    return glob
        .replaceAll('\\', '/')
        .replace(/^[A-Za-z]:(?=\/)/, '')
        .replace(/^\/+|\/+$/g, '');
}
function isEverything(glob) {
    return ['**', ''].includes(cleaned(glob));
}
async function globMatcher(globs) {
    const literals = [];
    const patterns = [];
    for (const glob of globs) {
        const clean = cleaned(glob);
        if (isEverything(glob))
            return () => true;
        if (MAGIC.test(clean))
            literals.push(clean.toLowerCase());
        const pattern = clean.includes('/') ? clean : `**/${clean}`;
        patterns.push(pattern, `${pattern}/**`);
    }
    const { default: picomatch } = await import('picomatch');
    const match = picomatch(patterns, { nocase: true, dot: true });
    return (path) => {
        const relative = path.slice(1);
        return match(relative) || (literals.length > 0 && literals.some((literal) => isMeantBy(literal, relative)));
    };
}
/** The path, taken at its word, is that of the file or of a folder above it: `Program Files (x86)` is a name, and not a glob. */
function isMeantBy(literal, relative) {
    const path = `/${relative.toLowerCase()}/`;
    return literal.includes('/') ? path.startsWith(`/${literal}/`) : path.includes(`/${literal}/`);
}
/**
 * The database files of DPMDB: those named like it below `/<guid>/Full/<Drive>-Vol`, and their companions in the same
 * folder. Where no name tells, the boot page of each .mdf does (a database may have been given another file name).
 */
export function findDpmdb(fileSystem) {
    const databases = [...applicationFiles(fileSystem)].filter((entry) => /\.(mdf|ndf|ldf)$/i.test(entry.name));
    const primaries = databases.filter((entry) => /\.mdf$/i.test(entry.name));
    const named = primaries.filter((entry) => DPMDB_FILE.test(entry.name));
    const chosen = named.length > 0 ? named : primaries.filter((entry) => isDpmdb(fileSystem, entry));
    const folders = new Set(chosen.map((entry) => folderOf(entry.path)));
    const stems = chosen.map((entry) => entry.name.replace(/\.mdf$/i, '').toLowerCase());
    return databases.filter((entry) => {
        const name = entry.name.toLowerCase();
        return chosen.includes(entry) || (folders.has(folderOf(entry.path)) && stems.some((stem) => name.startsWith(stem)));
    });
}
/** Files below `/<guid>/Full/<Drive>-Vol`: only those folders are walked, so a file server's replica costs nothing. */
function* applicationFiles(fileSystem) {
    const root = fileSystem.lookup('/');
    if (root === null)
        return;
    for (const source of fileSystem.list(root)) {
        if (source.kind !== 'directory')
            continue;
        const full = fileSystem.lookup(`${source.path}/Full`);
        if (full?.kind !== 'directory')
            continue;
        for (const drive of fileSystem.list(full)) {
            if (drive.kind !== 'directory' || !VOLUME_FOLDER.test(drive.name))
                continue;
            for (const entry of fileSystem.walk(drive))
                if (entry.kind === 'file')
                    yield entry;
        }
    }
}
const PAGE_SIZE = 8192;
const BOOT_PAGE = 9;
/** Offsets in the boot page: type in the header, then the record's database name and its length in bytes. */
const BOOT = { type: 1, name: 96 + 52, nameLength: 96 + 308, typeBoot: 13 };
function isDpmdb(fileSystem, entry) {
    const name = databaseName(fileSystem, entry);
    return name !== null && /^DPMDB(_|$)/i.test(name);
}
/** The database name in the boot page (page 9) of a SQL Server primary file, or null when there is none. */
export function databaseName(fileSystem, entry) {
    if (fileSystem.obstacle(entry) !== null || entry.size < (BOOT_PAGE + 1) * PAGE_SIZE)
        return null;
    const page = new Uint8Array(PAGE_SIZE);
    readMap(fileSystem.open(entry), BOOT_PAGE * PAGE_SIZE, page);
    const view = new DataView(page.buffer);
    const length = view.getUint16(BOOT.nameLength, true);
    if (view.getUint8(BOOT.type) !== BOOT.typeBoot || length > 256)
        return null;
    return Buffer.from(page.buffer, BOOT.name, length).toString('utf16le');
}
function folderOf(path) {
    return path.slice(0, path.lastIndexOf('/'));
}
