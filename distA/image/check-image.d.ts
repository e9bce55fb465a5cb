/** Verifies the structures of an open image without reading payload: the whole chain, the partitions, the volumes. */
import { type Finding } from '../errors.ts';
import type { Image } from './image.ts';
/** May tell the same finding twice. */
export declare function checkImage(image: Image): Iterable<Finding>;
/** Every file record of every NTFS volume; what does not hold together is told. */
export declare function checkVolumes(image: Image): Iterable<Finding>;
