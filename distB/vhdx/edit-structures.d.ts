/**
 * Changes of region tables, metadata items and the BAT's place, as pages that go through the log with the next commit.
 * Each change here is part of one commit that holds as a whole or not at all (MS-VHDX 2.2.3, 2.6).
 */
import type { WriteSession } from './write-session.ts';
/** Puts bytes into the changed pages of the file. */
export declare function putBytes({ pages }: WriteSession, fileOffset: number, bytes: Uint8Array): void;
/** The virtual size, as the next commit will say it. */
export declare function putVirtualSize(session: WriteSession, size: number): void;
/** A metadata item with other contents, behind all other items of the region; its old place is given up. */
export declare function putItem(session: WriteSession, itemId: string, bytes: Uint8Array): void;
/** Both region tables, with the BAT in another place. */
export declare function putBatRegion(session: WriteSession, fileOffset: number, length: number): void;
/** Commits what was put, in one entry of the log. */
export declare function commitAtOnce(session: WriteSession): void;
/** Ends the session, and cuts off what nothing uses at the end of the file. Returns the bytes cut off. */
export declare function finishAndTruncate(session: WriteSession): number;
