/** Names of volumes as Windows prints them, and what shells, documents and tired people make of them. */
/** `\\?\Volume{GUID}\` */
export declare function volumeName(guid: string): string;
/**
 * The GUID in a volume name, however it was written: `\\?\Volume{g}\`, `\?\Volume{g} ` (a shell took the backslashes),
 * `\\?\volume\{g}`, `\??\Volume{g}\`, or the GUID alone. Throws where there is none, with the line that would do.
 */
export declare function parseVolumeName(text: string, correct: (name: string) => string): string;
/** `X:` in capitals, or null. */
export declare function parseLetter(text: string): string | null;
/** A name for a volume that has none of its own (a bare volume, a removable disk): always the same for the same place. */
export declare function madeUpGuid(place: string): string;
/** A GUID and nothing else, in braces or not. */
export declare function isGuid(text: string): boolean;
/** Equal GUIDs, in braces or not, in any case. */
export declare function sameGuid(a: string, b: string): boolean;
