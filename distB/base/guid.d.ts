/** GUIDs: 16 bytes on disk (u32, u16, u16 little-endian, then 8 bytes in order) to and from lower-case text. */
export declare const NIL_GUID = "00000000-0000-0000-0000-000000000000";
/** Text of the GUID at this offset, lower case, no braces. */
export declare function getGuid(bytes: Uint8Array, offset: number): string;
/** Writes the GUID's 16 bytes at this offset. */
export declare function setGuid(bytes: Uint8Array, offset: number, guid: string): void;
/** Canonical form (lower case, no braces) of text that is a GUID, else null. */
export declare function parseGuid(text: string): string | null;
