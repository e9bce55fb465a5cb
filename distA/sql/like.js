/** LIKE: `%` any run, `_` one character, `[a-z]` and `[^x]` sets; backslash is no escape. */
const compiled = new Map();
const COMPILED_MAX = 64;
export function likePattern(pattern, isCaseSensitive = false) {
    const key = `${isCaseSensitive ? 'c' : 'i'}${pattern}`;
    const known = compiled.get(key);
    if (known !== undefined)
        return known;
    if (compiled.size >= COMPILED_MAX)
        compiled.clear();
    const made = new LikePattern(pattern, isCaseSensitive ? 'su' : 'isu');
    compiled.set(key, made);
    return made;
}
/**
 * What stands between two `%` has one length, so each part is looked for once, behind the part before it: one expression with
 * a `.*` for each `%` would try every way to share a long text among them, and never end.
 */
export class LikePattern {
    /** Of a pattern with `%`: the first stands at the start (sticky), the last at the end. */
    #parts;
    constructor(pattern, flags) {
        const sources = partsOf(pattern);
        const last = sources.length - 1;
        this.#parts = sources.map((part, i) => new RegExp(i === last ? `${part}$` : part, flags + (i === 0 ? 'y' : 'g')));
    }
    test(text) {
        let at = 0;
        for (const part of this.#parts) {
            part.lastIndex = at;
            if (!part.test(text))
                return false;
            at = part.lastIndex;
        }
        return true;
    }
}
/** The parts between the `%`, as regular expressions. */
function partsOf(pattern) {
    const chars = [...pattern];
    const parts = [''];
    for (let at = 0; at < chars.length; at++) {
        const char = chars[at];
        const end = char === '[' ? chars.indexOf(']', at + 1) : -1;
        if (char === '%')
            parts.push('');
        else if (char === '_')
            parts[parts.length - 1] += '.';
        else if (end <= at + 1)
            parts[parts.length - 1] += escaped(char);
        else {
            parts[parts.length - 1] += setSource(chars.slice(at + 1, end));
            at = end;
        }
    }
    return parts;
}
/** Between the brackets. A range whose end comes before its start holds nothing. */
function setSource(content) {
    const isNegated = content[0] === '^' && content.length > 1;
    let set = '';
    for (let i = isNegated ? 1 : 0; i < content.length; i++) {
        const [from, to] = [content[i], content[i + 2]];
        if (content[i + 1] !== '-' || to === undefined)
            set += escaped(from);
        else {
            if (from.codePointAt(0) <= to.codePointAt(0))
                set += `${escaped(from)}-${escaped(to)}`;
            i += 2;
        }
    }
    return `[${isNegated ? '^' : ''}${set}]`;
}
/** A character as a pattern has it: never one that means something there. */
function escaped(char) {
    return `\\u{${char.codePointAt(0).toString(16)}}`;
}
