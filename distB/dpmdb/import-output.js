/**
 * The output of the article's scripts, kept as a file before the disaster: CSV, JSON, or the text that sqlcmd and Management
 * Studio write. Columns are known by their names, misspelt ones too.
 */
import { parseGuid } from "../base/guid.js";
import { invalidArgument } from "../errors.js";
/** Names of a column in the scripts, lower case, in order of preference. */
const NAMES = {
    replica: [
        'physicalreplicaid',
        'replica',
        'replica-subfolder',
        'relica-subfolder',
        'replicaid',
        'volumesetid',
        'guidname',
    ],
    dataSource: ['datasourcename', 'datasource'],
    server: ['netbiosname', 'servername'],
    path: ['accesspath', 'mountpointpath'],
    folder: ['folder'],
    group: ['protectiongroup', 'friendlyname'],
    validity: ['validity'],
};
/** Throws kind `invalid-argument` for text in which no replica can be found. */
export function importScriptOutput(content, name) {
    const rows = content.trimStart().startsWith('[') || content.trimStart().startsWith('{')
        ? jsonRows(content, name)
        : textRows(content);
    const replicas = new Map();
    const leftOut = [];
    for (const row of rows) {
        const replica = replicaOf(row);
        if (replica === null) {
            const cells = Object.values(row).filter((cell) => cell !== '' && !/^-+$/.test(cell));
            if (cells.length > 1)
                leftOut.push(cells.join(', '));
            continue;
        }
        const known = replicas.get(replica.replicaId);
        replicas.set(replica.replicaId, known === undefined ? replica : { ...known, storage: [...known.storage, ...replica.storage] });
    }
    if (replicas.size === 0) {
        throw invalidArgument('DPMDB_OUTPUT', `${name} names no replica`, {
            image: name,
            hint: 'it should be the output of `pitvault sql-script locate`, saved as CSV, JSON or text with its column names; sqlcmd breaks its lines unless it is told not to: sqlcmd -W -s "," -w 65535',
        });
    }
    return { known: { replicas: [...replicas.values()], missing: [] }, leftOut };
}
function replicaOf(row) {
    const cell = (column) => {
        const name = NAMES[column].find((each) => row[each] !== undefined && row[each] !== '' && row[each] !== 'NULL');
        return name === undefined ? null : row[name].trim();
    };
    // A legacy mount point ends in the GUID of its volume: `…\vol_<guid>\`.
    const inPath = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\?$/i.exec(cell('path') ?? '')?.[1];
    const replicaId = parseGuid((cell('replica') ?? '').replace(/^\\\\\?\\Volume|\\$/gi, '')) ?? parseGuid(inPath ?? '');
    if (replicaId === null)
        return null;
    const path = cell('path');
    const validity = Number(cell('validity') ?? Number.NaN);
    return {
        replicaId,
        dataSource: cell('dataSource'),
        server: cell('server'),
        serverFqdn: null,
        protectionGroup: cell('group'),
        validity: Number.isInteger(validity) ? validity : null,
        storage: path === null ? [] : [{ path, server: cell('folder')?.replace(/\\+$/, '') ?? null }],
    };
}
function jsonRows(content, name) {
    let value;
    try {
        value = JSON.parse(content);
    }
    catch {
        // JSON lines: one object each.
        try {
            value = content
                .split('\n')
                .filter((each) => each.trim() !== '')
                .map((each) => JSON.parse(each));
        }
        catch (error) {
            throw invalidArgument('DPMDB_OUTPUT', `${name} is no JSON: ${error.message}`, {
                image: name,
                hint: 'save the output again, as JSON, CSV or text',
            });
        }
    }
    return (Array.isArray(value) ? value : [value]).map((each) => {
        const row = {};
        for (const [column, cell] of Object.entries(typeof each === 'object' && each !== null ? each : {}))
            if (cell !== null)
                row[column.toLowerCase()] = String(cell);
        return row;
    });
}
const SEPARATORS = [',', ';', '\t', '|'];
/** Column names by which the line that has them is known: programs put others before it. */
const HEADS = [...NAMES.replica, ...NAMES.dataSource, ...NAMES.server];
/** CSV by its commas, semicolons or tabs; aligned text by the rules of dashes below its column names. Several results are read. */
function textRows(content) {
    const lines = content.split(/\r?\n/);
    const rules = lines.flatMap((line, i) => (i > 0 && /^\s*-{2,}(\s+-+)*\s*$/.test(line) ? [i] : []));
    if (rules.length === 0)
        return separatedRows(lines);
    return rules.flatMap((rule, i) => {
        const next = rules[i + 1];
        return alignedRows(lines[rule - 1], lines[rule], lines.slice(rule + 1, next === undefined ? undefined : next - 1));
    });
}
function separatedRows(lines) {
    const isHead = (names) => names.some((name) => HEADS.includes(name.toLowerCase()));
    for (const [i, line] of lines.entries()) {
        const separator = SEPARATORS.find((each) => line.includes(each)) ?? ',';
        if (!isHead(recordsOf(line, separator)[0]))
            continue;
        const rows = [];
        let names = [];
        for (const record of recordsOf(lines.slice(i).join('\n'), separator)) {
            if (isHead(record))
                names = record.map((name) => name.toLowerCase());
            else
                rows.push(rowOf(names, record));
        }
        return rows;
    }
    return [];
}
function alignedRows(head, rule, lines) {
    const spans = [...rule.matchAll(/-+/g)].map((match, i, all) => ({
        start: match.index,
        end: all[i + 1]?.index ?? Number.POSITIVE_INFINITY,
    }));
    const cut = (line) => spans.map(({ start, end }) => line.slice(start, end).trim());
    const names = cut(head).map((name) => name.toLowerCase());
    return lines
        .filter((line) => line.trim() !== '' && !/^\s*\(\d+ [^()]*\)\s*$/.test(line))
        .map((line) => rowOf(names, cut(line)));
}
function rowOf(names, cells) {
    const row = {};
    for (const [i, name] of names.entries())
        if (cells[i] !== undefined && !(name in row))
            row[name] = cells[i];
    return row;
}
/**
 * Records of CSV: a field between quotes may hold separators, and line ends too. Not every program puts quotes where a value
 * holds one, so those that do not stand around a whole field are part of it.
 */
function recordsOf(content, separator) {
    const quoted = new RegExp(` *"([^"]*(?:""[^"]*)*)" *\\r?(?=[${separator}\\n]|$)`, 'y');
    const plain = new RegExp(`[^${separator}\\n]*`, 'y');
    const records = [[]];
    for (let at = 0;; at++) {
        quoted.lastIndex = at;
        plain.lastIndex = at;
        const whole = quoted.exec(content);
        const field = whole === null ? plain.exec(content)[0] : whole[1].replaceAll('""', '"');
        records.at(-1).push(field.trim());
        at += whole === null ? field.length : whole[0].length;
        if (at >= content.length)
            return records;
        if (content[at] === '\n')
            records.push([]);
    }
}
