/**
 * A mounted source: the thread that answers the kernel, and the life of the mount around it. This thread only watches:
 * it never touches the mounted folder, which would wait for itself.
 */
import { closeSync, constants, openSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { asStorageError, notFound, StorageError, unsupported } from "../../errors.js";
import { isMounted, mountAsRoot, mountOptions, raiseReadAhead, unmount } from "./mount-point.js";
import { startFuseWorker } from "./start-worker.js";
const END_MS = 3000;
export class FuseMount {
    /** The folder, without links in its path. */
    directory;
    /** Resolves when the file system is unmounted, by whomever; rejects when answering failed. */
    ended;
    #counters;
    constructor(directory, counters, ended) {
        this.directory = directory;
        this.#counters = counters;
        this.ended = ended;
    }
    /** Mounts, and resolves when the first file can be read. */
    static async start(options) {
        const directory = mountPoint(options.directory);
        refuseOverSource(directory, options.source);
        const counters = new Int32Array(new SharedArrayBuffer(8));
        const { allowOther = false, source } = options;
        const mount = mountOptions(source.roots[0], allowOther);
        const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
        const asUser = owner.uid !== 0;
        const fd = asUser ? await mountForUser(options, directory, mount) : openDevice();
        const thread = openInWorker(options.worker ?? startFuseWorker(), source);
        try {
            if (!asUser)
                mountAsRoot(fd, directory, mount, owner.uid);
            options.onMounted?.(directory);
            await thread.ready;
        }
        catch (error) {
            if (isMounted(directory))
                unmount(directory, true);
            closeSync(fd);
            thread.stop();
            throw asStorageError(error, { image: source.roots[0] });
        }
        thread.tell({ kind: 'answer', fd, owner, counters });
        raiseReadAhead(directory);
        const ended = thread.ended.finally(() => closeSync(fd)).catch((error) => leave(directory, error));
        ended.catch(() => undefined); // whoever started the mount awaits it too
        return new FuseMount(directory, counters, ended);
    }
    /** Requests answered so far. */
    get requests() {
        return Atomics.load(this.#counters, 0);
    }
    /** Unmounts when nobody is inside; throws FUSE_BUSY else. */
    unmountIfFree() {
        if (isMounted(this.directory))
            unmount(this.directory, false);
    }
    /** Unmounts and waits for the end; those who are inside have a moment to leave. */
    async end() {
        if (isMounted(this.directory))
            unmount(this.directory, true);
        let timer;
        const late = new Promise((resolve) => {
            timer = setTimeout(() => resolve('left running'), END_MS);
        });
        const outcome = await Promise.race([this.ended.then(() => 'ended'), late]);
        clearTimeout(timer);
        return outcome;
    }
}
/** Nobody answers any more: what is left of the mount would only fail whoever looks at it. */
function leave(directory, reason) {
    if (isMounted(directory))
        unmount(directory, true);
    throw reason;
}
function mountPoint(directory) {
    let real;
    try {
        real = realpathSync(directory);
    }
    catch (error) {
        const hint = 'make an empty folder to mount on: mkdir DIR. If one is there, an older mount was left on it: pitvault mounts cleans it';
        throw notFound('FUSE_NO_FOLDER', `${directory} is not a folder that can be reached`, {
            image: directory,
            hint,
            cause: error,
        });
    }
    if (!statSync(real).isDirectory()) {
        throw new StorageError('invalid-argument', 'FUSE_NO_FOLDER', `${directory} is not a folder`, { image: directory });
    }
    if (isMounted(real)) {
        throw new StorageError('conflict', 'FUSE_MOUNTED', `${directory} is a mount of pitvault already`, {
            image: directory,
            hint: `end it first: pitvault unmount ${directory}`,
        });
    }
    return real;
}
/** What is read through a mount of its own waits for itself, for ever. */
function refuseOverSource(directory, { roots, isPool, open }) {
    const { searchFolders = [], disks = [], diffAreas = [] } = open;
    for (const named of [...roots, ...searchFolders, ...disks, ...diffAreas]) {
        const path = realPath(named.split('::')[0]);
        // Of a pool every folder is looked into.
        const isOver = isWithin(path, directory) || (isPool && roots.includes(named) && isWithin(directory, path));
        if (!isOver)
            continue;
        const how = isWithin(path, directory) ? 'would be hidden below it' : 'is looked through as a whole';
        throw new StorageError('conflict', 'FUSE_OVER_SOURCE', `cannot mount on ${directory}: ${named} ${how}`, {
            image: directory,
            hint: 'mount on an empty folder elsewhere: mkdir DIR',
        });
    }
}
function isWithin(path, folder) {
    return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
function realPath(path) {
    try {
        return realpathSync(path);
    }
    catch {
        return resolve(path); // what is not there is told by whoever opens it
    }
}
const ELSE = 'serve the files over WebDAV instead: pitvault serve webdav SOURCE';
function openDevice() {
    try {
        return openSync('/dev/fuse', constants.O_RDWR);
    }
    catch (error) {
        const { message } = error;
        throw unsupported('FUSE_NO_DEVICE', `/dev/fuse cannot be opened: ${message}`, { hint: ELSE, cause: error });
    }
}
async function mountForUser(options, directory, mount) {
    if (options.mountAsUser !== undefined)
        return options.mountAsUser(directory, mount);
    throw unsupported('FUSE_NOT_ROOT', 'only root can mount here', { hint: `run as root, or ${ELSE}` });
}
/** Has a worker open the source. */
function openInWorker(worker, source) {
    const ready = deferred();
    const ended = deferred();
    const fail = (error) => {
        ready.reject(error);
        ended.reject(error);
    };
    worker.on('message', (message) => {
        if (message.kind === 'ready')
            ready.resolve();
        else if (message.kind === 'ended')
            ended.resolve();
        else
            fail(StorageError.fromJSON(message.error));
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('a thread of the mount ended'))); // says nothing when it has ended well
    ready.promise.catch(() => undefined); // awaited later, if the folder could be mounted at all
    ended.promise.catch(() => undefined);
    const tell = (task) => worker.postMessage(task);
    tell({ kind: 'open', source });
    return { ready: ready.promise, ended: ended.promise, tell, stop: () => void worker.terminate() };
}
function deferred() {
    let settle;
    const promise = new Promise((resolve, reject) => {
        settle = { resolve, reject };
    });
    return { promise, ...settle };
}
