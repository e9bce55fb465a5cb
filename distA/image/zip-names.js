/**
 * Names of an archive's members. Nothing in the format keeps a name from leaving the folder in which an archive is
 * unpacked, or from standing there twice:
 *
 *     leaves its folder        (`..`, absolute, a drive) the member is left out, and told
 *     twice, the same bytes    by size and checksum: one of them is read, and that is told
 *     twice, other bytes       nobody knows which is meant: the name is refused, and each is read under a stand-in of
 *                              its own, `disk0#1.vhdx` and `disk0#2.vhdx`, in the order of the central directory
 */
import { corrupt, StorageError } from "../errors.js";
/** Names told one by one; of more it is told how many they are. */
const TOLD_MAX = 16;
/** Gives each member of `archive` a name of its own. */
export function nameMembers(archive, members) {
    const byName = new Map();
    const refused = new Map();
    for (const member of members) {
        const name = withoutEmptyParts(member.name);
        if (name === '/')
            continue; // the archive's own root
        const fault = member.fault ?? (name === '' ? 'names nothing' : null);
        if (fault !== null) {
            refused.set(member.name, unsafeName(archive, member.name, fault));
            continue;
        }
        const same = byName.get(name);
        if (same === undefined)
            byName.set(name, [member]);
        else
            same.push(member);
    }
    const told = [...refused.values()].map((error) => asFinding('warning', error));
    const entries = new Map();
    for (const [name, same] of byName) {
        entries.set(name, same.at(-1).entry);
        if (same.length === 1 || name.endsWith('/'))
            continue;
        if (areEqual(same)) {
            told.push(asFinding('info', doubled(archive, name, same.length)));
            continue;
        }
        const standIns = [];
        const free = standInsFor(name, (other) => byName.has(other) || entries.has(other));
        for (const member of same) {
            const standIn = free.next().value;
            entries.set(standIn, member.entry);
            standIns.push({ ...member, name: standIn });
        }
        const error = ambiguous(archive, name, standIns);
        refused.set(name, error);
        told.push(asFinding('warning', error));
    }
    return { entries, refused, findings: shortened(archive, told) };
}
/** Free ones in turn: `disk0#1.vhdx` keeps what the name says of the kind of file. */
function* standInsFor(name, isTaken) {
    const [, stem, extension = ''] = /^(.*?)(\.[^./]*)?$/s.exec(name);
    for (let number = 1;; number++) {
        const free = `${stem}#${number}${extension}`;
        if (!isTaken(free))
            yield free;
    }
}
/** `./a//b` is `a/b`, and so is `/a/b`. */
export function withoutEmptyParts(name) {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    return `${parts.join('/')}${name.endsWith('/') ? '/' : ''}`;
}
function areEqual(members) {
    const [first] = members;
    return members.every(({ size, crc32 }) => size === first.size && crc32 === first.crc32);
}
function unsafeName(image, name, fault) {
    return corrupt('ZIP_NAME_UNSAFE', `${JSON.stringify(name)} in ${image} is left out: its name ${fault}`, {
        image,
        structure: 'central directory',
        hint: 'unpack it with another tool into an empty folder, and give what comes out',
    });
}
function doubled(image, name, count) {
    const message = `${name} stands ${count} times in ${image}, with the same size and checksum: one is read`;
    return corrupt('ZIP_NAME_TWICE', message, { image, structure: 'central directory' });
}
function ambiguous(image, name, members) {
    const what = members.map((one) => `${one.name} (${one.size} bytes, ${new Date(one.modifiedMs).toISOString()})`);
    const message = `${name} stands ${members.length} times in ${image}, and not with the same bytes: none is taken for it`;
    return new StorageError('conflict', 'ZIP_NAME_AMBIGUOUS', message, {
        image,
        structure: 'central directory',
        hint: `name one, in the order in which they were packed: ${what.slice(0, TOLD_MAX).join(', ')}${what.length > TOLD_MAX ? ', ...' : ''}`,
    });
}
function asFinding(severity, { code, message, hint, at }) {
    return { severity, code, message: hint === undefined ? message : `${message}; ${hint}`, at };
}
function shortened(image, findings) {
    const more = findings.length - TOLD_MAX;
    if (more <= 1)
        return findings;
    const message = `${more} more names of ${image} leave the archive's folder or stand twice`;
    return [...findings.slice(0, TOLD_MAX), { severity: 'warning', code: 'ZIP_NAMES', message, at: { image } }];
}
