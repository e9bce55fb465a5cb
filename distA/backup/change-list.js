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
import { statSync } from 'node:fs';
import { alignDown, alignUp } from "../base/bytes.js";
import { BELOW, BelowDisk } from "../disk/below-disk.js";
import { corrupt, invalidArgument } from "../errors.js";
import { OpenContext } from "../image/source.js";
import { MemoryFile } from "../io/memory-file.js";
import { readInput } from "../io/read-input.js";
import { extentsOf } from "../map/extent.js";
import { FileMap } from "../map/maps.js";
import { ChangeMap } from "../sidecar/change-map.js";
import { isVhd, VhdFile } from "../vhd/vhd-file.js";
import { isVhdx, VhdxFile } from "../vhdx/vhdx-file.js";
const SECTOR = 512;
const UNIT_MAX = 16 * 2 ** 20;
/** Of what is held in memory; a list of a million ranges has 50 MB. */
const SIZE_MAX = 256 * 2 ** 20;
/** A bitmap that is text so far would be one by chance. */
const HEAD_SIZE = 64 * 1024;
const CODE_OF_TILDE = 0x7e;
/** Reads a change list for a disk of this size; the caller closes the file. */
export function readChangeList(file, diskSize) {
    if (file.size === 0)
        throw empty(file.name);
    const map = new FileMap(file);
    if (isVhdx(map) || isVhd(map))
        return rangesHeldBy(map, file.name);
    const encoding = encodingOf(file);
    return encoding === null ? readBitmap(file, diskSize) : readJsonList(file, encoding, diskSize);
}
/** Of text; null for anything else. */
function encodingOf(file) {
    const head = new Uint8Array(Math.min(HEAD_SIZE, file.size));
    file.read(0, head);
    const encoding = markedEncoding(head);
    try {
        const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
        return CONTROLS.test(text) ? null : encoding;
    }
    catch {
        return null; // bytes that are no text
    }
}
/** What no text has, but tabs, line ends and form feeds. */
const CONTROLS = /[^\P{Cc}\t\n\f\r]|[\ufffe\uffff]/u;
/** A bitmap may begin as a byte order mark does: UTF-16 has an ASCII character after it. */
function markedEncoding([first, second, third = 0, fourth = 0]) {
    if (first === 0xff && second === 0xfe && fourth === 0 && third > 0 && third <= CODE_OF_TILDE)
        return 'utf-16le';
    if (first === 0xfe && second === 0xff && third === 0 && fourth > 0 && fourth <= CODE_OF_TILDE)
        return 'utf-16be';
    return 'utf-8';
}
/** Any ranges as a change map: sorted, in whole sectors, within the disk. */
export function changeMapOf(ranges, diskSize) {
    const map = new ChangeMap();
    for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
        const start = alignDown(offset, SECTOR);
        const end = Math.min(alignUp(offset + length, SECTOR), alignUp(diskSize, SECTOR));
        if (end > start)
            map.add(start, end - start);
    }
    return map;
}
function readJsonList(file, encoding, diskSize) {
    if (file.size > SIZE_MAX)
        throw tooLarge(file.name);
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    const text = new TextDecoder(encoding).decode(bytes);
    if (text.trim() === '')
        throw empty(file.name);
    return changeMapOf(parseRanges(text, file.name, diskSize), diskSize);
}
function parseRanges(text, name, diskSize) {
    const whole = tryJson(text);
    const list = Array.isArray(whole) ? whole : whole?.ranges;
    if (Array.isArray(list))
        return list.map((item, index) => requireRange(item, `${name}: item ${index}`));
    const ranges = [];
    let summary = null;
    let isDiff = false;
    for (const [index, line] of text.split('\n').entries()) {
        if (line.trim() === '')
            continue;
        const item = tryJson(line);
        if (item === undefined || item === null)
            throw badList(`${name}: line ${index + 1}`);
        isDiff ||= item.type !== undefined;
        if (item.type === 'summary')
            summary = item;
        else if (item.type === undefined || item.type === 'range')
            ranges.push(requireRange(item, `${name}: line ${index + 1}`));
    }
    if (isDiff)
        requireWholeDiff(summary, ranges, { name, diskSize });
    return ranges;
}
/** A diff that failed, or was cut off behind a pipe, left out changes; one of a volume counts from the volume's start. */
function requireWholeDiff(summary, ranges, { name, diskSize }) {
    const hint = 'make the list again, of whole disks, and check the exit code of pitvault diff; or leave --changes out';
    const counts = [summary?.changed, summary?.possible, summary?.unreadable];
    const told = counts.reduce((sum, count) => sum + Number(count?.ranges), 0);
    if (told !== ranges.length) {
        const what = summary === null ? 'it ends without its summary' : `its summary counts ${told} ranges`;
        throw corrupt('CHANGES_CUT_SHORT', `${name} is no whole diff: ${what}, after ${ranges.length} ranges`, { hint });
    }
    const size = Number(summary?.sizes?.[1]);
    if (alignUp(size, SECTOR) === alignUp(diskSize, SECTOR))
        return;
    const message = `${name} is the diff of a disk or volume of ${size} bytes, and this disk has ${diskSize}`;
    throw corrupt('CHANGES_OTHER_DISK', message, { hint });
}
function tryJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function requireRange(item, where) {
    const { offset, length } = (item ?? {});
    const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (!isRange)
        throw badList(where);
    return { offset: offset, length: length };
}
function badList(where) {
    return corrupt('CHANGES_MALFORMED', `${where} is no range`, {
        hint: 'expected {"offset": BYTES, "length": BYTES}; leave --changes out to compare with the fingerprints',
    });
}
function readBitmap(file, diskSize) {
    const unit = unitOf(file, diskSize);
    const map = new ChangeMap();
    const piece = new Uint8Array(64 * 1024);
    for (let at = 0; at < file.size; at += piece.length) {
        const count = file.read(at, piece);
        for (let i = 0; i < count; i++) {
            if (piece[i] === 0)
                continue;
            for (let bit = 0; bit < 8; bit++) {
                const offset = ((at + i) * 8 + bit) * unit;
                if ((piece[i] >>> bit) & 1 && offset < diskSize)
                    map.add(offset, Math.min(unit, diskSize - offset));
            }
        }
    }
    return map;
}
/** The unit with which the bits of the bitmap are those of the disk. */
function unitOf({ name, size }, diskSize) {
    const bytesOf = (unit) => Math.ceil(diskSize / unit / 8);
    for (let unit = SECTOR; unit <= UNIT_MAX; unit *= 2)
        if (bytesOf(unit) === size)
            return unit;
    const message = `${name} is no list of changes: neither JSON nor a differencing disk, and with ${size} bytes no bitmap`;
    throw invalidArgument('CHANGES_UNKNOWN', message, {
        image: name,
        hint: `a bitmap of this disk has ${bytesOf(4096)} bytes for units of 4 KiB, ${bytesOf(65536)} for 64 KiB; or leave --changes out: blocks are compared then`,
    });
}
/** What a differencing disk holds itself: all that does not come from the stand-in for its parent. */
function rangesHeldBy(container, name) {
    const isNew = isVhdx(container);
    let hasParent = false;
    const openParent = (request) => {
        hasParent = true;
        return new BelowDisk(request);
    };
    const disk = isNew ? VhdxFile.open(container, { name, openParent }) : VhdFile.open(container, { name, openParent });
    if (!hasParent) {
        throw invalidArgument('CHANGES_NO_DIFFERENCE', `${name} is a whole disk, no list of changes`, {
            image: name,
            hint: 'give a differencing disk, or make a list: pitvault diff BEFORE AFTER --json > changes.json',
        });
    }
    const map = new ChangeMap();
    for (const extent of extentsOf(disk)) {
        if (extent.kind !== 'computed' || extent.source !== BELOW)
            map.add(extent.offset, extent.length);
    }
    return map;
}
/** Opens a change list by its path; a pipe (`/dev/stdin`, `<(...)`) is read to its end first. */
export function openChangeList(path, diskSize) {
    return takeChangeList(path)(diskSize);
}
/**
 * The same in two steps: what may have to be waited for is read now, and the list once the size of the disk is known. Nothing is
 * held open in between.
 */
export function takeChangeList(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFIFO() || stat?.isCharacterDevice() || stat?.isSocket()) {
        const file = new MemoryFile(readInput(path, SIZE_MAX), path);
        return (diskSize) => readChangeList(file, diskSize);
    }
    return (diskSize) => {
        const context = new OpenContext();
        try {
            return readChangeList(context.openFile(path), diskSize);
        }
        finally {
            context.close();
        }
    };
}
function empty(name) {
    return invalidArgument('CHANGES_EMPTY', `${name} is empty`, {
        image: name,
        hint: 'check the command that makes the list; a list of no ranges is []',
    });
}
function tooLarge(name) {
    return invalidArgument('CHANGES_TOO_LARGE', `${name}: more than ${SIZE_MAX} bytes to be held in memory`, {
        image: name,
        hint: 'give the list as a bitmap, in a file',
    });
}
