/**
 * Disks, volumes and shadow copies through Windows' own tools: the words' port. What an action did is found by listing the
 * state again: exit codes and sentences of these tools cannot be relied on. Whoever exposes for a while holds a lease,
 * which ends also when the work fails.
 */
import { asStorageError, StorageError } from "../../src/errors.js";
import * as commands from "./commands.js";
import { ToolError } from "./run-tool.js";
import { dateOrderOf, isUnclear, parseCimTimes, parseDiskshadowShadows, parseMountvol, parseProperties, parseTime, parseVssadminShadows, withoutBanner, } from "./transcripts.js";
/** Lines of diskshadow that it prints before it has done anything: its name, where and when it runs, what it was told. */
const NO_ANSWER = /^(?:.*diskshadow.*|On computer:.*|->.*|\s*)$/i;
export class WindowsMounts {
    #run;
    constructor(run) {
        this.#run = run;
    }
    // --- disks ------------------------------------------------------------------------------------------------------
    async attach(path) {
        const command = commands.mountVhd(path);
        // Whoever attached it before still needs it, and must not lose it to our detaching.
        if ((await this.#attachedAs(path)) !== false)
            throw new ToolError(command, `${path} is attached already`, 'conflict');
        const undo = commands.dismountVhd(path);
        const said = await this.#orUndo(undo, () => this.#run(command));
        const attached = await this.#orUndo(undo, () => this.#attachedAs(path));
        if (attached === false)
            throw new ToolError(command, saying(said) || 'the disk is not attached');
    }
    async detach(path) {
        if ((await this.#attachedAs(path)) === false)
            throw new ToolError(commands.dismountVhd(path), `${path} is not attached`, 'not-found');
        await this.#detach(path);
    }
    async #detach(path) {
        const command = commands.dismountVhd(path);
        const said = await this.#run(command);
        if ((await this.#attachedAs(path)) !== false)
            throw new ToolError(command, saying(said) || 'the disk is still attached');
    }
    async diskNumber(path) {
        const number = await this.#attachedAs(path);
        return number === false ? null : number;
    }
    async diskPath(number) {
        const path = (await this.#run(commands.diskPath(number))).out.trim();
        return path === '' ? null : path;
    }
    /** False: not attached. Null: attached, under no number. An answer that says neither is no answer. */
    async #attachedAs(path) {
        const command = commands.isAttached(path);
        const said = await this.#run(command);
        const match = /^\s*(true|false)\b[^\S\n]*(\d+)?\s*$/i.exec(said.out);
        if (match === null)
            throw new ToolError(command, saying(said) || `whether ${path} is attached is not told`);
        if (match[1].toLowerCase() === 'false')
            return false;
        return match[2] === undefined ? null : Number(match[2]);
    }
    async describeDisk(path) {
        const command = commands.getVhd(path);
        const said = await this.#run(command);
        if (said.out.trim() === commands.NO_HYPER_V)
            return null;
        if (said.out.trim() === '')
            throw new ToolError(command, saying(said) || 'it says nothing');
        return parseProperties(said.out);
    }
    async testDisk(path) {
        const command = commands.testVhd(path);
        const said = await this.#run(command);
        const answer = said.out.trim().toLowerCase();
        if (answer === commands.NO_HYPER_V)
            return null;
        if (answer === 'true' || answer === 'false')
            return answer === 'true';
        throw new ToolError(command, saying(said) || 'it says neither True nor False');
    }
    // --- volumes ----------------------------------------------------------------------------------------------------
    async volumes() {
        const command = commands.mountvolList();
        const said = await this.#run(command);
        const items = parseMountvol(said.out);
        // Windows itself lies on one: a list without any is none.
        if (items.length === 0)
            throw new ToolError(command, saying(said) || 'it lists no volume');
        return { items, lines: withoutBanner(said.out) };
    }
    async assign(place, volume) {
        const command = commands.mountvolSet(place, volume);
        const before = await this.#volumeAt(place);
        if (before !== null)
            throw new ToolError(command, `${place} is in use: it shows ${before}`, 'conflict');
        const undo = commands.mountvolRemove(place);
        const said = await this.#orUndo(undo, () => this.#run(command));
        const shown = await this.#orUndo(undo, () => this.#volumeAt(place));
        if (shown === null)
            throw new ToolError(command, saying(said) || 'nothing is mounted there');
        if (shown.toLowerCase() !== volume.toLowerCase())
            throw new ToolError(command, `${place} shows ${shown}`);
    }
    async release(place) {
        const command = commands.mountvolRemove(place);
        const said = await this.#run(command);
        if ((await this.#volumeAt(place)) !== null)
            throw new ToolError(command, saying(said) || `${place} is still mounted`);
    }
    async #volumeAt(place) {
        const at = plainPlace(place);
        const { items } = await this.volumes();
        return items.find(({ mountPoints }) => mountPoints.some((point) => plainPlace(point) === at))?.name ?? null;
    }
    // --- shadow copies ----------------------------------------------------------------------------------------------
    async shadows({ volume, shadow, withTimes = false }) {
        const command = commands.vssadminShadows(volume, shadow);
        const { out, err } = await this.#run(command);
        const found = parseVssadminShadows(out);
        const order = dateOrderOf(found.map(({ created }) => created));
        const isSure = found.every(({ created }) => !isUnclear(created, order));
        const times = isSure || !withTimes ? null : await this.#createdTimes();
        const items = found.map((one) => ({
            ...one,
            createdLocal: times?.get(plainId(one.id)) ?? parseTime(one.created, order)?.iso ?? null,
        }));
        // Nothing found is one line; the same without any line in braces is what a refusal looks like, in every language.
        if (items.length === 0 && /elevated|0x8|permission/i.test(out + err))
            throw new ToolError(command, saying({ out: withoutBanner(out).join('\n'), err, code: 0 }));
        return { items, lines: withoutBanner(out) };
    }
    /** Local times of creation by id, as CIM has them, in no language; null where it does not answer. */
    async #createdTimes() {
        let out;
        try {
            ({ out } = await this.#run(commands.cimShadows()));
        }
        catch (error) {
            if (error instanceof ToolError)
                return null;
            throw error;
        }
        return parseCimTimes(out);
    }
    async vssadminList(what, volume) {
        const command = commands.vssadminList(what, volume);
        const said = await this.#run(command);
        const lines = withoutBanner(said.out);
        if (lines.length === 0)
            throw new ToolError(command, saying(said) || 'it says nothing');
        return lines;
    }
    async diskshadow(script) {
        const command = commands.diskshadowScript(...script);
        const said = await this.#run(command);
        const failed = failure(said.out);
        if (failed !== null)
            throw new ToolError(command, failed);
        if (said.code !== 0)
            throw new ToolError(command, saying(said) || `it ended with ${said.code}`);
        return withoutBanner(said.out);
    }
    async expose(shadowId, place) {
        const command = commands.exposeShadow(shadowId, place);
        const undo = commands.unexposeShadow(place);
        const { out, err } = await this.#orUndo(undo, () => this.#run(command));
        const at = await this.#orUndo(undo, () => this.#exposedAt(shadowId));
        if (at === null)
            throw new ToolError(command, failure(out) ?? (firstLine(err) || 'not exposed'));
        if (plainPlace(at) !== plainPlace(place))
            throw new ToolError(command, `it is exposed at ${at} already`, 'conflict');
    }
    async unexpose(place) {
        const command = commands.unexposeShadow(place);
        const { out } = await this.#run(command);
        const plain = plainPlace(place);
        const left = (await this.exposed()).some(({ id, at }) => plainPlace(at) === plain || plainId(id) === plainId(place));
        if (left)
            throw new ToolError(command, failure(out) ?? 'it is still exposed');
    }
    async exposed() {
        const command = commands.diskshadowScript('list shadows all');
        const said = await this.#run(command);
        const { out } = said;
        const failed = failure(out);
        if (failed !== null)
            throw new ToolError(command, failed);
        // A list of none is a sentence in the language of the machine, below the name of the tool, which is the same in all.
        const isList = /diskshadow/i.test(out) && withoutBanner(out).some((line) => !NO_ANSWER.test(line));
        if (!isList)
            throw new ToolError(command, saying(said) || 'it says nothing');
        return parseDiskshadowShadows(out).flatMap(({ id, exposed }) => (exposed === null ? [] : [{ id, at: exposed }]));
    }
    async #exposedAt(id) {
        return (await this.exposed()).find((shadow) => plainId(shadow.id) === plainId(id))?.at ?? null;
    }
    async copyTree(source, target, names) {
        const command = commands.robocopy(source, target, names);
        const said = await this.#run(command);
        if (said.code < 0 || said.code >= 8)
            throw new ToolError(command, saying(said) || `it ended with ${said.code}`);
    }
    async #freeLetter(exposed) {
        const { items } = await this.volumes();
        return freeLetter(items, [...exposed.map(({ at }) => at), ...(await this.#drives())]);
    }
    /** Letters of network drives and of SUBST too, which stand in no list of volumes. Unknown, they cost no more than a failed try. */
    async #drives() {
        try {
            const { out } = await this.#run(commands.drives());
            return out.split(/\s+/).filter((name) => /^[a-z]:\\$/i.test(name));
        }
        catch (error) {
            if (error instanceof ToolError)
                return [];
            throw error;
        }
    }
    /** Where it cannot be seen whether an action was done (no answer in time, or none that can be read), it is taken back. */
    async #orUndo(undo, look) {
        try {
            return await look();
        }
        catch (error) {
            if (StorageError.is(error) && error.kind === 'unsupported')
                throw error; // there is no such tool here
            await this.#run(undo).catch((second) => {
                throw both(error, second);
            });
            throw error;
        }
    }
    // --- leases -----------------------------------------------------------------------------------------------------
    /** Attaches a disk read-only while `work` runs. */
    async withDisk(path, work) {
        await this.attach(path);
        return leased(work, () => this.#detach(path));
    }
    /** Shows a volume at a free letter while `work` runs. */
    async withVolume(volume, work) {
        const letter = await this.#freeLetter([]);
        await this.assign(letter, volume);
        return leased(() => work(letter), () => this.release(letter));
    }
    async withShadow(shadowId, work) {
        // What is exposed stands in no list of volumes either: one that an earlier run left behind has its letter still.
        const letter = await this.#freeLetter(await this.exposed());
        await this.expose(shadowId, letter);
        return leased(() => work(letter), () => this.unexpose(letter));
    }
}
/** Gives back also when the work fails; then the work's error counts, and the other is its companion. */
async function leased(work, giveBack) {
    let result;
    try {
        result = await work();
    }
    catch (error) {
        await giveBack().catch((second) => {
            throw both(error, second);
        });
        throw error;
    }
    await giveBack();
    return result;
}
/** The first error, and what kept it from being tidied up: that is what there is to do now. */
function both(first, second) {
    const [error, other] = [asStorageError(first), asStorageError(second)];
    const details = { ...error.at, hint: other.hint ?? error.hint, cause: first };
    return new StorageError(error.kind, error.code, `${error.message}; and ${other.message}`, details);
}
/** The last letter that nothing has: low ones are handed out to disks that appear. */
export function freeLetter(volumes, others = []) {
    const places = [...volumes.flatMap(({ mountPoints }) => mountPoints), ...others];
    const used = new Set(places.map((place) => place.slice(0, 2).toUpperCase()));
    for (const letter of 'ZYXWVUTSRQPONMLKJIHGFED')
        if (!used.has(`${letter}:`))
            return `${letter}:`;
    throw new StorageError('conflict', 'WINDOWS_NO_LETTER', 'all drive letters are in use', {
        hint: 'free one: mountvol X: /D, or net use X: /delete',
    });
}
/** `X:` and `x:\`, `C:\mnt` and `C:\MNT\` are one place. */
function plainPlace(place) {
    return place.replace(/[\\/]+$/, '').toLowerCase();
}
function plainId(id) {
    return id.replace(/[{}]/g, '').toLowerCase();
}
/** diskshadow's way to say that the last line failed: an HRESULT is in it, in every language. */
function failure(out) {
    const result = /HRESULT:\s*(?<code>[0-9a-f]{8})/i.exec(out)?.groups?.['code'];
    const text = /\bVSS_E_\w+/.exec(out)?.[0];
    return result === undefined ? null : `HRESULT ${result}${text === undefined ? '' : ` (${text})`}`;
}
function saying({ out, err }) {
    return firstLine(err) || firstLine(out);
}
function firstLine(text) {
    return (text
        .split(/\r?\n/)
        .find((line) => line.trim() !== '')
        ?.trim() ?? '');
}
