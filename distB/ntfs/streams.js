/** Opening streams: from an attribute to the map that reads it. */
import { corrupt } from "../errors.js";
import { BytesLeaf, ComputedMap } from "../map/maps.js";
import { copyBytes } from "../map/read-map.js";
import { attributeLabel, COMPRESSION_LZNT1, FLAG_COMPRESSION_MASK, residentValue, TYPE, } from "./attribute.js";
import { CompressedStream, UNIT_SIZE_MAX } from "./compressed-stream.js";
import { detailsIn } from "./volume-context.js";
import { WOF_ALGORITHMS, WofStream } from "./wof-stream.js";
/** Where the Windows Overlay Filter keeps the content of a file. */
export const WOF_STREAM = 'WofCompressedData';
/** Base-2 logarithm of the clusters of a unit: what Windows writes, and assumes where the field is 0. */
const COMPRESSION_UNIT = 4;
/** Bytes in a file record, as a stream. */
export class ResidentStream extends ComputedMap {
    allocatedSize = 0;
    sparse = false;
    constructor(bytes, what) {
        super(new BytesLeaf(bytes, what), bytes.length);
    }
}
/** The stream of an attribute, whatever way it is stored. Throws where its form is against the rules. */
export function openAttribute(files, file, attribute) {
    if (attribute.isResident) {
        return new ResidentStream(copyBytes(residentValue(attribute)), `resident data of ${attribute.record.what}`);
    }
    const stored = files.runStream(file, attribute);
    if ((attribute.flags & FLAG_COMPRESSION_MASK) !== COMPRESSION_LZNT1)
        return stored;
    const { context } = files;
    const { record } = attribute;
    const unitClusters = 2 ** (attribute.compressionUnit === 0 ? COMPRESSION_UNIT : attribute.compressionUnit);
    if (!(unitClusters * context.geometry.clusterSize <= UNIT_SIZE_MAX)) {
        const message = `${attributeLabel(attribute)}: a compression unit of 2^${attribute.compressionUnit} clusters: expected at most 64 KiB`;
        throw corrupt('NTFS_ATTRIBUTE_COMPRESSION_UNIT', message, detailsIn(context, record.what, record.offset + attribute.offset));
    }
    return new CompressedStream(context, stored, unitClusters, attributeLabel(attribute), record.offset + attribute.offset);
}
/** The content of a file that the overlay filter compressed; `data` is its unnamed stream, which has the size only. */
export function openWof(files, file, data, reparse) {
    const compressed = file.find(TYPE.data, WOF_STREAM);
    if (compressed === null)
        throw noWofStream(files, file);
    const algorithm = WOF_ALGORITHMS[reparse.wof.algorithm];
    const place = { image: files.context.name, structure: file.record.what, offset: file.record.offset };
    return new WofStream(openAttribute(files, file, compressed), data.dataSize, algorithm, place);
}
function noWofStream(files, file) {
    const message = `${file.record.what} is compressed by the overlay filter but has no stream ${WOF_STREAM}`;
    return corrupt('NTFS_WOF_STREAM', message, detailsIn(files.context, file.record.what, file.record.offset));
}
