/**
 * $LogFile: whether the journal holds unfinished work. The journal is not replayed; a reader of a crashed volume has to
 * know that what it reads is crash-consistent.
 */
import type { FileSystemInfo } from '../filesystem/file-system.ts';
import type { AddressMap } from '../map/address-map.ts';
/** `empty`: filled with 0xFF as formatting leaves it. `unknown`: neither restart page holds. */
export declare function journalState(stream: AddressMap): FileSystemInfo['journal'];
