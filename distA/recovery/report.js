/** `recovery-report.json`: what was recovered, from where, what was lost, and what to type next. The schema is stable. */
import { isoTime } from "../base/iso-time.js";
export const REPORT_NAME = 'recovery-report.json';
export const REPORT_SCHEMA = 'pitvault.recovery-report/1';
/** What every report of a file says; nothing has come of it yet. */
export function draftReport(entry, stream, size) {
    const path = stream === undefined ? entry.path : `${entry.path}:${stream}`;
    return { path, size, record: entry.id, modified: isoTime(entry.modifiedMs), status: 'failed' };
}
const FILES_PER_PART = 512;
/** The text of a report, in parts of bounded size. One line per file: 20,000 files stay readable and quick to write. */
export function* reportText(report) {
    const { files, ...head } = report;
    yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "files": [`;
    for (let from = 0; from < files.length; from += FILES_PER_PART) {
        const lines = files.slice(from, from + FILES_PER_PART).map((file) => `\n    ${JSON.stringify(file)}`);
        yield `${from === 0 ? '' : ','}${lines.join(',')}`;
    }
    yield '\n  ]\n}\n';
}
/** The commands that bring a recovered DPMDB back into service, in the only order that works. */
export function nextCommands(files, targetPath) {
    const primary = files.find((file) => file.target !== undefined && /\.mdf$/i.test(file.target) && /DPMDB/i.test(file.target));
    if (primary?.target === undefined)
        return [];
    const name = /DPMDB[^/\\]*(?=\.mdf$)/i.exec(primary.target)?.[0] ?? 'DPMDB';
    return [
        `DpmSync -RestoreDb -DbLoc "${targetPath(primary.target)}" -InstanceName "<SQL server>\\<instance>" -DpmDbName ${name}`,
        'DpmSync -Sync',
        'DpmSync -ReallocateReplica',
    ];
}
