/** From a directory to its index of names ($I30). */
import { corrupt } from "../errors.js";
import { residentValue, TYPE } from "./attribute.js";
import { isBlockSize } from "./boot-sector.js";
import { DirectoryIndex, INDEX_ROOT } from "./directory-index.js";
import { detailsIn } from "./volume-context.js";
const INDEX_NAME = '$I30';
/** Opens the index of a directory. Throws NTFS_RECORD_*, NTFS_INDEX_*. */
export function openIndex(files, directory) {
    const { context } = files;
    const file = files.attributesOf(directory);
    const { record } = file;
    const root = file.find(TYPE.indexRoot, INDEX_NAME);
    const defect = (name, message) => corrupt(`NTFS_INDEX_${name}`, `directory index of ${record.what}: ${message}`, detailsIn(context, record.what, record.offset));
    if (root === null)
        throw defect('MISSING', 'there is none');
    if (!root.isResident || root.dataSize < INDEX_ROOT.header)
        throw defect('ROOT', 'its root is not a resident value');
    const bytes = residentValue(root);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(INDEX_ROOT.indexedType, true) !== TYPE.fileName)
        throw defect('TYPE', 'it does not hold names');
    const blockSize = view.getUint32(INDEX_ROOT.blockSize, true);
    if (!isBlockSize(blockSize))
        throw defect('BLOCK_SIZE', `block size: expected 512 B to 64 KiB, found ${blockSize}`);
    const allocation = file.find(TYPE.indexAllocation, INDEX_NAME);
    return new DirectoryIndex(context, {
        root: bytes,
        blocks: allocation === null || allocation.isResident ? null : files.runStream(file, allocation),
        blockSize,
        what: `directory index of ${record.what}`,
        offset: record.offset + root.offset,
    });
}
