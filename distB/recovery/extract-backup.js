/** The files of a backup on disk, as a restore would lay them out before it replays the log. */
import { existsSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { invalidArgument } from "../errors.js";
import { makeFolders } from "../io/make-folders.js";
import { convertToRaw } from "./export-raw.js";
import { safeName } from "./safe-name.js";
import { occupied } from "./staging.js";
/** Writes each data file of the backup, and each log file as far as the backup holds it, into `out`. Nothing there is replaced unless `force` is set. */
export async function extractBackup(handle, out, options = {}) {
    const { backup } = handle;
    if (backup === null) {
        throw invalidArgument('EXTRACT_NO_BACKUP', `${handle.locator} is no backup`, {
            image: handle.locator,
            hint: 'a data file needs no extraction: copy it, or recover it out of its image',
        });
    }
    if (existsSync(out) && !statSync(out).isDirectory())
        throw occupied(out, 'not a folder');
    makeFolders(out, 0o700);
    const kinds = [
        ...backup.files.map((file) => ({ ...file, kind: 'data' })),
        ...backup.logs.map((file) => ({ ...file, kind: 'log' })),
    ];
    const taken = new Set();
    const targets = kinds.map((file) => {
        const stored = backup.set.files
            .find(({ fileId }) => fileId === file.fileId)
            ?.physicalName.split(/[\\/]/)
            .at(-1);
        const extension = file.kind === 'log' ? 'ldf' : file.fileId === 1 ? 'mdf' : 'ndf';
        const name = stored || `${file.logicalName}.${extension}`;
        return { ...file, path: join(out, distinct(safeName(name), file.fileId, taken)) };
    });
    for (const { path } of targets)
        if (existsSync(path) && options.force !== true)
            throw occupied(path, 'a file');
    const files = [];
    for (const { fileId, kind, map, path } of targets)
        files.push({ ...(await convertToRaw(map, path, options)), path, fileId, kind, size: map.size });
    return files;
}
/** Files that lay in different folders may have one name; here they lie in one. Their numbers tell them apart. */
function distinct(name, fileId, taken) {
    const { name: stem, ext } = parse(name);
    const own = taken.has(name.toLowerCase()) ? `${stem}_${fileId}${ext}` : name;
    taken.add(own.toLowerCase());
    return own;
}
