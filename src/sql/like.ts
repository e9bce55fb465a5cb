/** LIKE: `%` any run, `_` one character, `[a-z]` and `[^x]` sets; case does not matter, backslash is no escape. */

const compiled = new Map<string, RegExp>();
const COMPILED_MAX = 64;

export function likePattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  const made = new RegExp(`^${source(pattern)}$`, 'isu');
  compiled.set(pattern, made);
  return made;
}

function source(pattern: string): string {
  let text = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    const set = char === '[' ? /^\[(\^?)([^\]]+)\]/.exec(pattern.slice(at)) : null;
    if (char === '%') {
      while (pattern[at + 1] === '%') at++; // one run is as good as two, and cannot be matched in two ways
      text += '.*';
    } else if (char === '_') text += '.';
    else if (set === null) text += escaped(char);
    else {
      text += `[${set[1]}${set[2]!.replace(/[\\\]^[]/g, '\\$&')}]`;
      at += set[0].length - 1;
    }
  }
  return text;
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}
