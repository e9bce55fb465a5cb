/** The files of a disk's volumes that own bytes of given ranges of the disk. */
import { StorageError } from "../errors.js";
import { Image } from "../image/image.js";
import { OpenContext } from "../image/source.js";
import { FileMap } from "../map/maps.js";
const HITS_MAX = 1000;
/** `ranges`: ascending, without overlap. Each file and part is told once, at most HITS_MAX of them. */
export function filesIn(disk, file, name, ranges) {
    const hits = new Map();
    const context = new OpenContext();
    try {
        const image = new Image({ map: new FileMap(file), name, hostPath: name }, disk, context);
        for (const volume of image.listVolumes()) {
            const inside = insideOf(volume, ranges);
            if (inside.length === 0)
                continue;
            for (const { path, part } of volume.openFileSystem()?.ownersOf(inside) ?? []) {
                hits.set(`${volume.number}:${path}:${part}`, { volume: volume.number, path, part });
                if (hits.size === HITS_MAX)
                    return [...hits.values()];
            }
        }
    }
    catch (error) {
        // The damage may be in the very structures that lead to names: what was found until then is told.
        if (!StorageError.isDamage(error))
            throw error;
    }
    finally {
        context.close();
    }
    return [...hits.values()];
}
/** What of these ranges of the disk belongs to the volume, counted from its start, ascending. */
function insideOf(volume, ranges) {
    return volume.windows.flatMap(({ offset, diskOffset, length }) => ranges.flatMap((range) => {
        const start = Math.max(range.offset, diskOffset);
        const end = Math.min(range.offset + range.length, diskOffset + length);
        return end > start ? [{ offset: offset + start - diskOffset, length: end - start }] : [];
    }));
}
