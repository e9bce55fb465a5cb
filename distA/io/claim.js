/**
 * An empty file whose name says which process made it and for what: `<subject>.held-by-<who>` beside a lock,
 * `<subject>.read-by-<who>` among leases. Whoever finds one can tell whether its maker still runs.
 *
 * 1. The name of a claim is all it says, so it is whole from the moment it exists: no crash leaves half of one.
 * 2. Names are never used twice (they hold the moment too, and a name that exists is refused), so removing the claim of a
 *    dead process can never hit a living one.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
const NAME = /^(.+)\.(held|read)-by-(\d+)\.([\w-]+)\.([\w-]+)\.([\w-]+)\.([\w-]+)\.(native|file)\.[0-9a-f]+$/;
/** A new name. */
export function claimName(subject, kind, own, native) {
    const { pid, started, namespace, boot, machine } = own;
    const moment = process.hrtime.bigint().toString(16);
    return `${subject}.${kind}-by-${[pid, started, namespace, boot, machine, native ? 'native' : 'file', moment].join('.')}`;
}
/** Claims of one kind in a folder. Throws what the system says when it cannot be listed. */
export function claimsIn(folder, kind) {
    const found = [];
    for (const name of readdirSync(folder)) {
        const parts = NAME.exec(name);
        if (parts === null || parts[2] !== kind)
            continue;
        const [, subject, , pid, started, namespace, boot, machine, how] = parts;
        found.push({
            subject: subject,
            identity: { pid: Number(pid), started: started, namespace: namespace, boot: boot, machine: machine },
            native: how === 'native',
            path: join(folder, name),
        });
    }
    return found;
}
/** `process 4711 on another machine` */
export function claimantText({ identity }, own) {
    const who = identity.pid === own.pid && identity.started === own.started ? 'this process' : 'process';
    return `${who} ${identity.pid}${identity.machine === own.machine ? '' : ' on another machine'}`;
}
