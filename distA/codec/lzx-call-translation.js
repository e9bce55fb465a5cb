/** The x86 step of LZX: `call` targets, made absolute by the encoder because equal calls then look equal. */
import { viewOf } from "../base/bytes.js";
const CALL = 0xe8;
/** Encoders take every chunk for part of a program of this size. */
const PROGRAM_SIZE = 12_000_000;
/** The last bytes of a chunk are never translated. */
const TAIL_SIZE = 10;
/** Makes the absolute call targets of one expanded chunk relative again, in place. */
export function undoCallTranslation(chunk) {
    const end = chunk.length - TAIL_SIZE;
    let at = chunk.indexOf(CALL);
    if (at < 0 || at >= end)
        return;
    const view = viewOf(chunk);
    while (at >= 0 && at < end) {
        const target = view.getInt32(at + 1, true);
        if (target >= 0) {
            if (target < PROGRAM_SIZE)
                view.setInt32(at + 1, target - at, true);
        }
        else if (target >= -at)
            view.setInt32(at + 1, target + PROGRAM_SIZE, true);
        at = chunk.indexOf(CALL, at + 5);
    }
}
