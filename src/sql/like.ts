/** LIKE: `%` any run, `_` one character, `[a-z]` and `[^x]` sets; backslash is no escape. */

const compiled = new Map<string, RegExp>();
const COMPILED_MAX = 64;

export function likePattern(pattern: string, isCaseSensitive = false): RegExp {
  const key = `${isCaseSensitive ? 'c' : 'i'}${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  const made = new RegExp(`^${source(pattern)}$`, isCaseSensitive ? 'su' : 'isu');
  compiled.set(key, made);
  return made;
}

function source(pattern: string): string {
  const chars = [...pattern];
  let text = '';
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    const end = char === '[' ? chars.indexOf(']', at + 1) : -1;
    if (char === '%') {
      while (chars[at + 1] === '%') at++; // one run is as good as two, and cannot be matched in two ways
      text += '.*';
    } else if (char === '_') text += '.';
    else if (end <= at + 1) text += escaped(char);
    else {
      text += setSource(chars.slice(at + 1, end));
      at = end;
    }
  }
  return text;
}

/** Between the brackets. A range whose end comes before its start holds nothing. */
function setSource(content: readonly string[]): string {
  const isNegated = content[0] === '^' && content.length > 1;
  let set = '';
  for (let i = isNegated ? 1 : 0; i < content.length; i++) {
    const [from, to] = [content[i]!, content[i + 2]];
    if (content[i + 1] !== '-' || to === undefined) set += escaped(from);
    else {
      if (from.codePointAt(0)! <= to.codePointAt(0)!) set += `${escaped(from)}-${escaped(to)}`;
      i += 2;
    }
  }
  return `[${isNegated ? '^' : ''}${set}]`;
}

/** A character as a pattern has it: never one that means something there. */
function escaped(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}
