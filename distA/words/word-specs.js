/** What the words take, and what none of them does: the same whether images are read here or Windows' tools are driven. */
import { invalidArgument, unsupported } from "../errors.js";
import { usage } from "./command-words.js";
import { isGuid } from "./volume-name.js";
export const MOUNT_VHD = {
    usage: 'mount-vhd [-Path] PATH [-ReadOnly] [-NoDriveLetter] [-Passthru]',
    switches: ['ReadOnly', 'NoDriveLetter', 'Passthru'],
    values: ['Path'],
    repeated: ['Path'],
    isPowerShell: true,
    least: 0,
    most: 1,
};
export const DISMOUNT_VHD = {
    usage: 'dismount-vhd [-Path] PATH | -DiskNumber N',
    switches: ['Passthru', 'Confirm'],
    values: ['Path', 'DiskNumber'],
    repeated: ['Path'],
    isPowerShell: true,
    least: 0,
    most: 1,
};
export const GET_VHD = {
    usage: 'get-vhd [-Path] PATH',
    values: ['Path'],
    repeated: ['Path'],
    isPowerShell: true,
    least: 0,
    most: 1,
};
export const TEST_VHD = {
    usage: 'test-vhd [-Path] PATH',
    switches: ['SupportPersistentReservations'],
    values: ['Path'],
    repeated: ['Path'],
    isPowerShell: true,
    least: 0,
    most: 1,
};
export const MOUNTVOL = {
    usage: 'mountvol [drive:]path VolumeName | [drive:]path /D | [drive:]path /L [--image IMAGE|POOL]',
    switches: ['D', 'L', 'P', 'R', 'N', 'E', 'S', '?'],
    values: ['image'],
    repeated: ['image'],
    takesPlaces: true,
    least: 0,
    most: 2,
};
export const VSSADMIN = {
    usage: 'vssadmin list {shadows [/for=VOLUME] [/shadow=ID] [/set=ID] | shadowstorage [/for=VOLUME] [/on=VOLUME] | volumes | providers | writers} [--image IMAGE|POOL]',
    switches: ['all', 'oldest', 'quiet', '?'],
    values: ['for', 'on', 'shadow', 'set', 'maxsize', 'image'],
    repeated: ['image'],
    least: 0,
    most: 3,
};
export const DISKSHADOW = {
    usage: 'diskshadow [-s script.dsh] [-l logfile] [--image IMAGE|POOL] [--allow-exec] [--allow-delete]',
    switches: ['allow-exec', 'allow-delete', '?'],
    values: ['s', 'l', 'image'],
    repeated: ['image'],
    least: 0,
    most: 0,
};
/** The one disk that a word names, as an option or as it stands. */
export function diskOf(parsed, spec) {
    const [path, another] = [...parsed.all('Path'), ...parsed.words];
    if (path === undefined)
        throw invalidArgument('WORDS_USAGE', 'which disk?', { hint: `usage: ${spec.usage}` });
    if (another === undefined)
        return path;
    throw invalidArgument('WORDS_USAGE', `one disk at a time: ${path}, or ${another}?`, { hint: `usage: ${spec.usage}` });
}
/** The disk that a word names by its path, or by its number; never both. */
export function diskOrNumber(parsed) {
    const number = parsed.value('DiskNumber');
    if (number === undefined)
        return { path: diskOf(parsed, DISMOUNT_VHD) };
    const [path] = [...parsed.all('Path'), ...parsed.words];
    const problem = path !== undefined ? `one disk at a time: ${path}, or disk ${number}?` : `"${number}" is no number of a disk`;
    if (path !== undefined || !/^\d{1,9}$/.test(number))
        throw invalidArgument('WORDS_USAGE', problem, { hint: `usage: ${DISMOUNT_VHD.usage}` });
    return { number: Number(number) };
}
/** What mountvol is to do with the place that is named. Throws where two things are asked for at once, or a place is missing. */
export function refuseMixedMountvol(parsed) {
    const [place, name] = parsed.words;
    const asked = ['D', 'L'].filter((one) => parsed.has(one)).map((one) => `/${one}`);
    const fail = (message) => invalidArgument('WORDS_USAGE', message, { hint: `usage: ${MOUNTVOL.usage}` });
    if (place?.trim() === '')
        throw fail('the place is empty: a letter (X:), or an empty folder');
    if (asked.length > 0 && place === undefined)
        throw fail(`${asked[0]}: which letter or folder?`);
    if (asked.length + (name === undefined ? 0 : 1) > 1)
        throw fail(`one at a time: ${[...asked, ...(name === undefined ? [] : [name])].join(', or ')}?`);
}
export const LISTINGS = { shadows: ['for', 'shadow', 'set'], shadowstorage: ['for', 'on'] };
/** Windows' own tool is not asked for more. */
export const HOST_LISTINGS = { shadows: ['for', 'shadow'], shadowstorage: ['for'] };
const VSSADMIN_OPTIONS = [...VSSADMIN.switches, ...VSSADMIN.values].filter((name) => name !== 'image');
/** Options that would be passed over in silence. */
export function refuseStrayOptions(parsed, listings) {
    const what = parsed.words[1]?.toLowerCase() ?? '';
    const taken = listings[what] ?? [];
    const stray = VSSADMIN_OPTIONS.find((name) => parsed.has(name) && !taken.includes(name));
    if (stray === undefined) {
        for (const name of ['shadow', 'set']) {
            const id = parsed.value(name);
            if (id === undefined || isGuid(id))
                continue;
            throw invalidArgument('WORDS_USAGE', `/${name}=${id} is no ID: {XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}`, {
                hint: 'vssadmin list shadows without it shows the IDs',
            });
        }
        return;
    }
    const list = taken.length === 0 ? 'no options' : taken.map((name) => `/${name}`).join(', ');
    throw invalidArgument('WORDS_USAGE', `vssadmin list ${what} takes ${list}, not /${stray}`, {
        hint: `usage: ${VSSADMIN.usage}`,
    });
}
/** Switches of mountvol that change the machine for good. */
export function refuseMachineSwitches(parsed) {
    const refused = ['P', 'R', 'N', 'E', 'S'].find((name) => parsed.has(name));
    if (refused === undefined)
        return;
    throw invalidArgument('MOUNTVOL_REFUSED', `mountvol /${refused} changes a Windows machine for good`, {
        hint: 'pitvault shows volumes and takes them back (/D); for more use mountvol itself',
    });
}
/** `vssadmin /?`, or nothing at all: what there is. */
export function isHelp(parsed, context) {
    if (parsed.words.length > 0 || !(parsed.has('?') || VSSADMIN_OPTIONS.every((name) => !parsed.has(name))))
        return false;
    for (const what of ['shadows', 'shadowstorage', 'volumes', 'providers', 'writers']) {
        const options = (LISTINGS[what] ?? []).map((name) => ` [/${name}=${name === 'shadow' || name === 'set' ? 'ID' : 'VOLUME'}]`);
        context.out(`vssadmin list ${what}${options.join('')}`);
    }
    context.out('Each takes --image IMAGE|POOL too. What would change shadow copies is refused.');
    return true;
}
/** Everything but `list`. */
export function refuseChanges(parsed) {
    if (parsed.words.length === 0)
        throw usage(VSSADMIN, 'list what?');
    if (parsed.words[0]?.toLowerCase() === 'list')
        return;
    throw unsupported('VSSADMIN_REFUSED', `vssadmin ${parsed.words.join(' ')} would change shadow copies`, {
        hint: 'pitvault only reads them: vssadmin list shadows',
    });
}
