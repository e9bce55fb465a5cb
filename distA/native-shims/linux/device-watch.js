/** poll(2) without a wait, and sched_yield(2): for a thread that watches a device instead of sleeping. */
import { availableParallelism } from 'node:os';
import { loadKoffi } from "../koffi.js";
/** struct pollfd */
const POLLFD = { fd: 0, events: 4, SIZE: 8 };
const POLLIN = 1;
/** Null where koffi is missing, and with one processor: whoever is waited for could not run meanwhile. */
export function loadDeviceWatch() {
    if (process.env['PITVAULT_NATIVE'] === 'off' || availableParallelism() < 2)
        return null;
    const koffi = loadKoffi();
    if (typeof koffi === 'string')
        return null;
    const library = koffi.load(null);
    const poll = library.func('poll', 'int', ['void *', 'unsigned long', 'int']);
    const giveWay = library.func('sched_yield', 'int', []);
    const bytes = new Uint8Array(POLLFD.SIZE);
    const view = new DataView(bytes.buffer);
    view.setInt16(POLLFD.events, POLLIN, true);
    return {
        isReady: (fd) => {
            view.setInt32(POLLFD.fd, fd, true);
            return poll(bytes, 1, 0) !== 0; // also where asking fails: whoever reads then is told why
        },
        giveWay: () => void giveWay(),
    };
}
