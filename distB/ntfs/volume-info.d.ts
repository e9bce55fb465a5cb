/** What a volume says of itself: label, version, serial, whether it was left in order. */
import type { FileSystemInfo } from '../filesystem/file-system.ts';
import type { VolumeFiles } from './volume-files.ts';
export declare function readVolumeInfo(files: VolumeFiles): FileSystemInfo;
