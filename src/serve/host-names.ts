/**
 * Names between the volume (UTF-16, maybe with unpaired surrogates) and Linux (bytes without slash and NUL). Unpaired
 * surrogates become the three bytes that UTF-8 would have for them, so that every name comes back as it was.
 */

/** Stands for a slash in a name, which NTFS allows to some programs and Linux to none. */
const SLASH = '\u2215';

export function toHostName(name: string): Uint8Array {
  const safe = name.includes('/') ? name.replaceAll('/', SLASH) : name;
  if (isWellFormed(safe)) return Buffer.from(safe);
  return Buffer.concat(
    Array.from(safe, (character) => {
      const code = character.charCodeAt(0);
      const unpaired = character.length === 1 && code >= 0xd800 && code < 0xe000;
      return unpaired
        ? Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)])
        : Buffer.from(character);
    }),
  );
}

/** The names that these bytes may stand for, the likeliest first. */
export function fromHostName(bytes: Uint8Array): string[] {
  const text = decode(bytes);
  return text.includes(SLASH) ? [text, text.replaceAll(SLASH, '/')] : [text];
}

function decode(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const surrogate = buffer.indexOf(0xed);
  if (surrogate < 0 || (buffer[surrogate + 1] ?? 0) < 0xa0) return buffer.toString('utf8');
  let text = '';
  let start = 0;
  for (let at = surrogate; at >= 0; at = buffer.indexOf(0xed, start)) {
    text += buffer.toString('utf8', start, at);
    start = at + 3;
    const unpaired = (buffer[at + 1] ?? 0) >= 0xa0;
    text += unpaired
      ? String.fromCharCode(0xd000 | ((buffer[at + 1]! & 0x3f) << 6) | (buffer[at + 2]! & 0x3f))
      : buffer.toString('utf8', at, start);
  }
  return text + buffer.toString('utf8', start);
}

function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
