/** Opening streams: from an attribute to the map that reads it. */
import type { DataStream } from '../filesystem/file-system.ts';
import { ComputedMap } from '../map/maps.ts';
import { type Attribute } from './attribute.ts';
import type { FileAttributes } from './file-attributes.ts';
import type { ReparsePoint } from './reparse-point.ts';
import type { VolumeFiles } from './volume-files.ts';
/** Where the Windows Overlay Filter keeps the content of a file. */
export declare const WOF_STREAM = "WofCompressedData";
/** Bytes in a file record, as a stream. */
export declare class ResidentStream extends ComputedMap implements DataStream {
    readonly allocatedSize = 0;
    readonly sparse = false;
    constructor(bytes: Uint8Array, what: string);
}
/** The stream of an attribute, whatever way it is stored. Throws where its form is against the rules. */
export declare function openAttribute(files: VolumeFiles, file: FileAttributes, attribute: Attribute): DataStream;
/** The content of a file that the overlay filter compressed; `data` is its unnamed stream, which has the size only. */
export declare function openWof(files: VolumeFiles, file: FileAttributes, data: Attribute, reparse: ReparsePoint): DataStream;
