/** A diff of two open images, or of two of their volumes, in one pass, with everything that can be made of it on the way. */
import { existsSync, writeFileSync } from 'node:fs';
import { asStorageError, invalidArgument, StorageError } from "../errors.js";
import { diffDisks } from "./disk-diff.js";
import { drawPicture } from "./draw-picture.js";
import { DifferingBytes, diffFiles, diffVolumeFiles } from "./file-diff.js";
import { knownDifferences } from "./known-differences.js";
import { PictureBuilder, pictureSide } from "./picture.js";
import { ChildWriter } from "./write-child.js";
export async function compareImages(before, after, options = {}) {
    const { volumes } = options;
    if (volumes !== undefined && options.out !== undefined) {
        throw invalidArgument('DIFF_OUT_VOLUME', 'a differencing disk holds changes of whole disks, not of a volume', {
            hint: 'leave out --out, or the volume and the shadow copies',
        });
    }
    const differing = options.onFile === undefined ? null : new DifferingBytes();
    const child = options.out === undefined ? null : new ChildWriter(options.out, before.disk, before.source.hostPath, after.disk);
    const picture = options.svg === undefined
        ? null
        : new PictureBuilder(pictureSide(volumes?.before ?? before), pictureSide(volumes?.after ?? after));
    const onFile = (change) => {
        options.onFile?.(change);
        picture?.takeFile(change);
    };
    try {
        if (options.svg !== undefined && existsSync(options.svg))
            throw taken(options.svg);
        const onRange = (range) => {
            options.onRange?.(range);
            picture?.takeRange(range);
            differing?.take(range);
            child?.take(range);
        };
        const known = options.known ?? (volumes === undefined ? await knownDifferences(before, after) : null) ?? undefined;
        const [one, two] = volumes === undefined ? [before.disk, after.disk] : [volumes.before.map, volumes.after.map];
        const summary = await diffDisks(one, two, { ...options, known, onRange });
        const files = differing === null ? null : await tellFiles(before, after, differing, { ...options, onFile });
        child?.finish();
        if (options.svg !== undefined)
            draw(options.svg, picture.finish(summary, files));
        return { ...summary, files, out: child === null ? null : { path: child.path, writtenBytes: child.written } };
    }
    catch (error) {
        child?.abandon();
        throw error;
    }
}
function draw(path, picture) {
    try {
        writeFileSync(path, drawPicture(picture), { flag: 'wx' });
    }
    catch (error) {
        throw asStorageError(error, { image: path });
    }
}
function taken(path) {
    return new StorageError('conflict', 'TARGET_EXISTS', `${path} exists already`, {
        image: path,
        hint: 'choose another --svg',
    });
}
async function tellFiles(before, after, differing, options) {
    const counts = { added: 0, removed: 0, changed: 0, renamed: 0, touched: 0, unreadable: 0 };
    const count = (change) => {
        counts[change.kind]++;
        options.onFile?.(change);
    };
    const { volumes } = options;
    if (volumes === undefined)
        await diffFiles(before, after, differing, count, options);
    else
        await diffVolumeFiles(volumes.before, volumes.after, differing, count, options);
    return counts;
}
