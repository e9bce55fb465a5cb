/**
 * Mounting without being root: fusermount3 (set-uid) opens /dev/fuse, mounts it, and sends the open device over a socket
 * that it inherits. Receiving a descriptor needs recvmsg(2), which Node does not offer.
 */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { StorageError, unsupported } from "../../src/errors.js";
import { loadKoffi } from "../koffi.js";
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
/** A read that never comes must not hang the mount: recvmsg is only called when fusermount3 has ended. */
const MSG_DONTWAIT = 0x40;
/** struct msghdr and what it points to, for 64-bit Linux */
const MSGHDR = { iov: 16, iovLength: 24, control: 32, controlLength: 40, SIZE: 56 };
const CMSG = { length: 0, level: 8, type: 12, data: 16, SIZE: 24 };
/** Undefined where koffi is missing. */
export function loadFusermount() {
    const koffi = loadKoffi();
    if (typeof koffi === 'string')
        return undefined;
    const library = koffi.load(null);
    const socketpair = library.func('socketpair', 'int', ['int', 'int', 'int', 'void *']);
    const recvmsg = library.func('recvmsg', 'int64_t', ['int', 'void *', 'int']);
    return async (directory, options) => {
        const pair = new Int32Array(2);
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, new Uint8Array(pair.buffer)) !== 0) {
            throw unsupported('FUSE_NOT_ROOT', `no socket pair: errno ${koffi.errno()}`);
        }
        const [own, theirs] = [pair[0], pair[1]];
        try {
            await runFusermount(theirs, directory, options);
            return receiveDescriptor(own, (message) => recvmsg(own, message, MSG_DONTWAIT), koffi.address);
        }
        finally {
            closeSync(own);
            closeSync(theirs);
        }
    };
}
function runFusermount(socket, directory, options) {
    const all = [
        ...options.filter((option) => option !== 'nodev' && option !== 'nosuid'),
        'subtype=pitvault',
        'max_read=1048576',
    ];
    const run = spawn('fusermount3', ['-o', all.join(','), '--', directory], {
        stdio: ['ignore', 'ignore', 'pipe', socket],
        env: { ...process.env, _FUSE_COMMFD: '3' },
    });
    let said = '';
    run.stderr?.setEncoding('utf8').on('data', (part) => {
        said += part;
    });
    return new Promise((resolve, reject) => {
        const fail = (reason) => reject(new StorageError('io', 'FUSE_MOUNT', `cannot mount on ${directory}: ${reason}`, {
            image: directory,
            hint: 'fusermount3 (package fuse3) mounts for users; the folder must be yours. Or: pitvault serve webdav SOURCE',
        }));
        run.on('error', (error) => fail(error.message));
        run.on('close', (code) => (code === 0 ? resolve() : fail(said.trim() || `fusermount3 ended with ${code}`)));
    });
}
function receiveDescriptor(socket, receive, address) {
    const payload = new Uint8Array(8);
    const vector = new Uint8Array(16);
    const control = new Uint8Array(CMSG.SIZE);
    const message = new Uint8Array(MSGHDR.SIZE);
    new DataView(vector.buffer).setBigUint64(0, address(payload), true);
    new DataView(vector.buffer).setBigUint64(8, BigInt(payload.length), true);
    const header = new DataView(message.buffer);
    header.setBigUint64(MSGHDR.iov, address(vector), true);
    header.setBigUint64(MSGHDR.iovLength, 1n, true);
    header.setBigUint64(MSGHDR.control, address(control), true);
    header.setBigUint64(MSGHDR.controlLength, BigInt(control.length), true);
    const view = new DataView(control.buffer);
    const count = receive(message);
    const isDescriptor = count > 0 && view.getInt32(CMSG.level, true) === SOL_SOCKET && view.getInt32(CMSG.type, true) === SCM_RIGHTS;
    if (isDescriptor)
        return view.getInt32(CMSG.data, true);
    throw new StorageError('io', 'FUSE_MOUNT', `fusermount3 sent no device over socket ${socket}`);
}
