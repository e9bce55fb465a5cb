/**
 * Change lists: what a source says has changed since the last backup. Known by what the file holds:
 *
 * - JSON: `[{"offset": 0, "length": 4096}, ...]`, `{"ranges": [...]}`, or JSON lines; those of `pitvault diff --json`
 *   whole, with the summary at their end; in UTF-8, or in UTF-16 with a byte order mark, as Windows PowerShell writes it
 * - a differencing disk (VHDX, VHD): whatever it holds itself
 * - a bitmap: one bit for each unit of the disk, the lowest of a byte first, as many bytes as that takes and no other
 *   number. Units are powers of two from 512 bytes to 16 MiB; where several take as many bytes, the smallest counts
 *
 * Text is never a bitmap, and what is none of these is refused: bits where none were meant would name wrong ranges.
 * Ranges may come in any order and overlap. They are taken at their word: blocks that they leave out are not looked at.
 */
import type { ByteFile } from '../io/byte-file.ts';
import { ChangeMap, type Range } from '../sidecar/change-map.ts';
/** Reads a change list for a disk of this size; the caller closes the file. */
export declare function readChangeList(file: ByteFile, diskSize: number): ChangeMap;
/** Any ranges as a change map: sorted, in whole sectors, within the disk. */
export declare function changeMapOf(ranges: readonly Range[], diskSize: number): ChangeMap;
/** Opens a change list by its path; a pipe (`/dev/stdin`, `<(...)`) is read to its end first. */
export declare function openChangeList(path: string, diskSize: number): ChangeMap;
/**
 * The same in two steps: what may have to be waited for is read now, and the list once the size of the disk is known. Nothing is
 * held open in between.
 */
export declare function takeChangeList(path: string): (diskSize: number) => ChangeMap;
