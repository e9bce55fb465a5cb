/** The copy step of every Lempel-Ziv decoder here. */
/** Below this a loop of single bytes beats the call into the engine's memmove. */
const LOOP_MAX = 24;
/**
 * Repeats `length` bytes from `distance` bytes before `out`. The ranges may overlap: then the bytes in between are a
 * pattern that repeats. The caller has checked `1 <= distance <= out` and `out + length <= target.length`.
 */
export function copyMatch(target, out, distance, length) {
    const from = out - distance;
    if (length <= LOOP_MAX) {
        for (let i = 0; i < length; i++)
            target[out + i] = target[from + i];
    }
    else if (distance === 1) {
        target.fill(target[from], out, out + length);
    }
    else {
        let done = Math.min(distance, length);
        target.copyWithin(out, from, from + done);
        while (done < length) {
            const part = Math.min(done, length - done); // whole periods, except the last part
            target.copyWithin(out + done, out, out + part);
            done += part;
        }
    }
}
