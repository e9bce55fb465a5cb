/**
 * The threads of a mount. One answers as long as the host has in memory what is read, or fetches it fast: a second one would
 * find its caches and its code cold every other time. Where reads have to wait for a disk while others wait for them, more
 * threads join, so that the disk is asked for several things at once.
 */
import { StorageError } from "../../errors.js";
import { startFuseWorker } from "./start-worker.js";
export const THREADS_MAX = 3;
export class AnsweringThreads {
    #source;
    #max;
    #first;
    #others = [];
    #ended = deferred();
    #running = 0;
    /** Starts the first one, or takes `worker`, and has it open the source. */
    constructor(source, max = THREADS_MAX, worker = startFuseWorker()) {
        this.#source = source;
        this.#max = max;
        this.#first = new Thread(worker, source);
    }
    /** Resolves when the source is open; rejects with what is wrong with it. */
    get ready() {
        return this.#first.ready;
    }
    /** Has them answer. Resolves when the mount has ended for all of them; rejects when one of them fails. */
    answer(task) {
        this.#answer(this.#first, task);
        return this.#ended.promise;
    }
    #answer(thread, task) {
        this.#running++;
        thread.onLate = () => this.#join(task);
        thread.ended.then(() => this.#oneEnded(), this.#ended.reject);
        thread.tell(task);
    }
    #oneEnded() {
        this.#running--;
        if (this.#running === 0)
            this.#ended.resolve();
    }
    #join(task) {
        // One at a time: what another one brings is seen when it answers.
        const isComing = this.#others.length >= this.#running;
        if (isComing || this.#running === 0 || this.#others.length + 1 >= this.#max)
            return;
        const thread = new Thread(startFuseWorker(), this.#source);
        this.#others.push(thread);
        // A source that cannot be opened once more is served by those that have it open, and no other tries again.
        thread.ready.then(() => (this.#running === 0 ? thread.stop() : this.#answer(thread, task)), // 0: the device is closed by now
        () => thread.stop());
    }
    stop() {
        for (const thread of [this.#first, ...this.#others])
            thread.stop();
    }
}
class Thread {
    ready;
    ended;
    onLate = () => undefined;
    #worker;
    constructor(worker, source) {
        this.#worker = worker;
        const ready = deferred();
        const ended = deferred();
        const fail = (error) => {
            ready.reject(error);
            ended.reject(error);
        };
        worker.on('message', (message) => {
            if (message.kind === 'ready')
                ready.resolve();
            else if (message.kind === 'late')
                this.onLate();
            else if (message.kind === 'ended')
                ended.resolve();
            else
                fail(StorageError.fromJSON(message.error));
        });
        worker.on('error', fail);
        worker.on('exit', () => fail(new Error('a thread of the mount ended'))); // says nothing when it has ended well
        this.ready = ready.promise;
        this.ended = ended.promise;
        this.ready.catch(() => undefined); // awaited later, if the folder could be mounted at all
        this.ended.catch(() => undefined);
        this.tell({ kind: 'open', source });
    }
    tell(task) {
        this.#worker.postMessage(task);
    }
    stop() {
        void this.#worker.terminate();
    }
}
function deferred() {
    let settle;
    const promise = new Promise((resolve, reject) => {
        settle = { resolve, reject };
    });
    return { promise, ...settle };
}
