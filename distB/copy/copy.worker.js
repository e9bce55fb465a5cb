/** Entry of the copy threads: a task's name to its function. */
import { setFlagsFromString } from 'node:v8';
import { comparePieces } from "./compare-kernel.js";
import { takeBatches } from "./file-kernel.js";
import { copyPieces, producePieces } from "./kernel.js";
/**
 * Young heaps stay as large as they are, in all threads: what copies leave behind dies at once, and more room would only
 * be more memory in use (30 MiB of it). Here, because every thread that starts sets this back for all.
 */
setFlagsFromString('--semi-space-growth-factor=1');
export default function run(task) {
    if (task.task === 'files')
        return runFiles(task.lane);
    if (task.task === 'check')
        return runCheck(task.check);
    if (task.task === 'pages')
        return runPages(task.pages);
    if (task.task === 'compare') {
        comparePieces(task.comparison);
        return [];
    }
    return task.task === 'copy' ? copyPieces(task.batch) : producePieces(task.batch);
}
async function runFiles(lane) {
    if (!lane.options.hash)
        return takeBatches(lane, null);
    const { hash } = await import('node:crypto');
    return takeBatches(lane, (bytes) => hash('sha256', bytes, 'buffer'));
}
async function runCheck(check) {
    const { loadFingerprinter } = await import("../sidecar/fingerprint.js");
    const { judgeItem } = await import("./check-kernel.js");
    const { takeItems } = await import("./item-kernel.js");
    const fingerprint = await loadFingerprinter();
    const judge = { fingerprint, sha256: check.digests === null ? null : await loadSha256() };
    takeItems(check, (item, read) => judgeItem(check, item, judge, read));
    return [];
}
async function loadSha256() {
    const { createHash } = await import('node:crypto');
    return (bytes) => createHash('sha256').update(bytes).digest();
}
async function runPages(pages) {
    const { takeItems } = await import("./item-kernel.js");
    const { judgePages } = await import("./page-kernel.js");
    takeItems(pages, (item, read) => judgePages(pages, item, read));
    return [];
}
