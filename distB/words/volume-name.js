/** Names of volumes as Windows prints them, and what shells, documents and tired people make of them. */
import { createHash } from 'node:crypto';
import { invalidArgument } from "../errors.js";
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
/** `\\?\Volume{GUID}\` */
export function volumeName(guid) {
    return `\\\\?\\Volume{${guid}}\\`;
}
/**
 * The GUID in a volume name, however it was written: `\\?\Volume{g}\`, `\?\Volume{g} ` (a shell took the backslashes),
 * `\\?\volume\{g}`, `\??\Volume{g}\`, or the GUID alone. Throws where there is none, with the line that would do.
 */
export function parseVolumeName(text, correct) {
    const guid = GUID.exec(text)?.[0]?.toLowerCase();
    if (guid !== undefined)
        return guid;
    const empty = /\{\s*\}/.test(text);
    throw invalidArgument('VOLUME_NAME_INVALID', empty ? `the GUID between the braces of "${text}" is missing` : `"${text}" names no volume`, {
        hint: `write the volume's GUID (for a DPM replica its PhysicalReplicaId) in quotes: ${correct(volumeName('GUID'))}. pitvault mountvol lists the volumes`,
    });
}
/** `X:` in capitals, or null. */
export function parseLetter(text) {
    const match = /^([a-z]):[\\/]?$/i.exec(text);
    return match === null ? null : `${match[1].toUpperCase()}:`;
}
/** A name for a volume that has none of its own (a bare volume, a removable disk): always the same for the same place. */
export function madeUpGuid(place) {
    const digest = createHash('sha256').update(place).digest('hex');
    return [8, 4, 4, 4, 12]
        .map((length, index, all) => {
        const start = all.slice(0, index).reduce((sum, part) => sum + part, 0);
        return digest.slice(start, start + length);
    })
        .join('-');
}
/** A GUID and nothing else, in braces or not. */
export function isGuid(text) {
    return new RegExp(`^(?:${GUID.source}|\\{${GUID.source}\\})$`, 'i').test(text);
}
/** Equal GUIDs, in braces or not, in any case. */
export function sameGuid(a, b) {
    const plain = (text) => text.replace(/[{}]/g, '').toLowerCase();
    return plain(a) === plain(b);
}
