/** The host's list of mounts, and mounting and unmounting by the system's own tools. Linux. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { StorageError } from "../../errors.js";
/** As `mount` shows it: what every mount of pitvault has, and nothing else. */
export const FILE_SYSTEM_TYPE = 'fuse.pitvault';
const isRoot = () => process.getuid?.() === 0;
/** Mounts of this process's namespace, from /proc/self/mountinfo. */
export function listMounts() {
    if (!existsSync('/proc/self/mountinfo'))
        return [];
    return readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .map((line) => line.split(' '))
        .filter((fields) => fields.length > 6)
        .map((fields) => {
        const behind = fields.slice(fields.indexOf('-') + 1);
        return {
            directory: unescaped(fields[4]),
            type: behind[0] ?? '',
            source: unescaped(behind[1] ?? ''),
            device: fields[2],
        };
    });
}
/** The kernel writes blanks, tabs, newlines and backslashes as octal. */
function unescaped(text) {
    const bytes = [];
    const buffer = Buffer.from(text);
    for (let at = 0; at < buffer.length; at++) {
        const octal = buffer[at] === 0x5c ? buffer.toString('latin1', at + 1, at + 4) : '';
        if (/^[0-7]{3}$/.test(octal)) {
            bytes.push(Number.parseInt(octal, 8));
            at += 3;
        }
        else
            bytes.push(buffer[at]);
    }
    return Buffer.from(bytes).toString('utf8');
}
export function isMounted(directory) {
    return listMounts().some((mount) => mount.directory === directory && mount.type === FILE_SYSTEM_TYPE);
}
/** Options that both ways of mounting take. Commas separate options, so a name with one is not shown as it is. */
export function mountOptions(source, allowOther) {
    const options = ['ro', 'nosuid', 'nodev', 'default_permissions', `fsname=${source.replace(/[,\\\s]/g, '_')}`];
    return allowOther ? [...options, 'allow_other'] : options;
}
/** Mounts an open /dev/fuse: only root may. mount(8) inherits the descriptor as its third. */
export function mountAsRoot(fd, directory, options, owner) {
    const kernel = options.filter((option) => !option.startsWith('fsname='));
    const source = options.find((option) => option.startsWith('fsname=')).slice('fsname='.length);
    const all = [...kernel, 'fd=3', 'rootmode=40000', `user_id=${owner}`, 'group_id=0', 'max_read=1048576'].join(',');
    const run = spawnSync('mount', ['-i', '-t', FILE_SYSTEM_TYPE, '-o', all, '--', source, directory], {
        stdio: ['ignore', 'ignore', 'pipe', fd],
    });
    if (run.status === 0)
        return;
    const reason = run.error?.message ?? run.stderr.toString().trim();
    throw new StorageError('io', 'FUSE_MOUNT', `cannot mount on ${directory}: ${reason}`, { image: directory });
}
/** More read-ahead than the kernel's default, where we may say so: large files are read in large pieces. */
export function raiseReadAhead(directory) {
    const mount = listMounts().findLast((other) => other.directory === directory);
    if (mount === undefined || !isRoot())
        return;
    try {
        writeFileSync(`/sys/class/bdi/${mount.device}/read_ahead_kb`, '1024');
    }
    catch {
        // A read-only /sys (containers): slower, not wrong.
    }
}
/** `lazy`: at once for newcomers, for those inside when they leave. Throws FUSE_BUSY when somebody is inside. */
export function unmount(directory, lazy) {
    const [tool, ...flags] = isRoot()
        ? ['umount', ...(lazy ? ['-l'] : [])]
        : ['fusermount3', '-u', ...(lazy ? ['-z'] : [])];
    const run = spawnSync(tool, [...flags, '--', directory], { stdio: ['ignore', 'ignore', 'pipe'] });
    if (run.status === 0 || !isMounted(directory))
        return;
    const reason = run.error?.message ?? run.stderr.toString().trim();
    if (/busy/i.test(reason)) {
        throw new StorageError('conflict', 'FUSE_BUSY', `${directory} is in use`, {
            image: directory,
            hint: 'leave it (cd elsewhere, close its files), or unmount with --lazy: it goes when the last one has left',
        });
    }
    throw new StorageError('io', 'FUSE_UNMOUNT', `cannot unmount ${directory}: ${reason}`, { image: directory });
}
