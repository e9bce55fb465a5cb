/**
 * Replays a dirty log into its file (MS-VHDX 2.3.3), as opening for writing asks for. Flush points:
 *
 * R1  the header with a new FileWriteGuid, before the first byte is changed; the log stays named
 * R2  all pages of the log in their places, and the file's size
 * R3  the header without the log
 * R4  the same again in the other header
 *
 * A cut anywhere before R3 leaves the log to be replayed again, to the same bytes. DataWriteGuid stays: what the guest
 * sees does not change.
 */
import type { WritableFile } from '../io/file-store.ts';
import type { VhdxParts } from './vhdx-parts.ts';
/** `parts` were read from this very file, and their log is dirty. */
export declare function replayLog(file: WritableFile, parts: VhdxParts, newGuid: () => string): void;
