/** Which volume of a replica's disk is the data source's. */
import type { Image } from '../image/image.ts';
import type { Volume } from '../image/volume.ts';
import type { Container } from './storage-pool.ts';
/** A replica's volume carries the PhysicalReplicaId as its partition GUID; where it does not, the only volume is it. */
export declare function chooseVolume(image: Image, container: Container | null, wanted: string | undefined): Volume;
