/**
 * Who a process is, so that another one can later tell whether it still runs. A process id alone comes back; an id
 * with the moment that process started, counted from boot, and the boot itself, does not. No clock is involved.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { operatingSystem } from "./operating-system.js";
const UNKNOWN = 'x';
export function ownIdentity() {
    const machine = readText('/etc/machine-id') ?? '';
    return {
        pid: process.pid,
        started: startOf(process.pid) ?? UNKNOWN,
        namespace: pidNamespace() ?? UNKNOWN,
        boot: readText('/proc/sys/kernel/random/boot_id') ?? UNKNOWN,
        machine: digest(`${operatingSystem().hostname()}\n${machine}`).slice(0, 16),
    };
}
/** node:crypto takes 5 ms to load, and most who read this module want no identity. */
function digest(text) {
    return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
/**
 * Dead is only said of a process that is certainly gone: its machine has booted since, or the id is free, or belongs to
 * a process that started at another moment.
 */
export function livenessOf(other, own) {
    const bootKnown = other.boot !== UNKNOWN && own.boot !== UNKNOWN;
    const sameBoot = bootKnown && other.boot === own.boot; // random, so it names the machine too
    if (!sameBoot && other.machine !== own.machine)
        return 'unknown';
    if (bootKnown && !sameBoot)
        return 'dead';
    if (other.namespace !== own.namespace)
        return 'unknown';
    if (!idInUse(other.pid))
        return 'dead';
    const started = startOf(other.pid) ?? UNKNOWN;
    if (other.started === UNKNOWN || started === UNKNOWN)
        return 'unknown';
    return started === other.started ? 'alive' : 'dead';
}
function idInUse(pid) {
    try {
        process.kill(pid, 0);
        return true;
    }
    catch (error) {
        return error.code !== 'ESRCH';
    }
}
/**
 * Field 22 of /proc/PID/stat; the second field is a name in brackets that may hold anything. A process that has died
 * but was not yet waited for (state Z) has given up all it held: it started at no moment that anybody can claim.
 */
function startOf(pid) {
    const stat = readText(`/proc/${pid}/stat`);
    if (stat === null)
        return null;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X')
        return 'gone';
    const ticks = fields[19];
    return ticks !== undefined && /^\d+$/.test(ticks) ? ticks : null;
}
/** `4026531836` of `pid:[4026531836]` */
function pidNamespace() {
    try {
        return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? null;
    }
    catch {
        return null;
    }
}
function readText(path) {
    try {
        return readFileSync(path, 'utf8').trim();
    }
    catch {
        return null;
    }
}
