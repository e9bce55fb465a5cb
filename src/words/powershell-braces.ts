/**
 * `{GUID}` as PowerShell gives it to a program: what stands in braces without quotes is a block of code to it, and arrives as
 * `-encodedCommand BASE64 -inputFormat xml -outputFormat text`, in the midst of `\\?\Volume{GUID}\` too, which is three words then.
 * The article has its readers type such names into PowerShell.
 */

const FORMATS = /^-(?:input|output)Format$/i;
const ENCODED = /^-encodedCommand$/i;

/** The words as they were typed. */
export function withBraces(args: readonly string[]): readonly string[] {
  if (!args.some((word) => ENCODED.test(word))) return args;
  const words: string[] = [];
  let isOpen = false; // the last word ends in a brace that PowerShell has cut off from what followed
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    if (FORMATS.test(word) && /^(?:xml|text)$/i.test(args[index + 1] ?? '')) index++;
    else if (ENCODED.test(word) && args[index + 1] !== undefined) {
      const block = `{${Buffer.from(args[++index]!, 'base64').toString('utf16le')}}`;
      // `/shadow={GUID}`, `\\?\Volume{GUID}\`
      if (/(?:^[-/]\w+[=:]|Volume)$/i.test(words.at(-1) ?? '')) words.push(`${words.pop()}${block}`);
      else words.push(block);
      isOpen = true;
    } else {
      if (isOpen && /^[\\/]+$/.test(word)) words.push(`${words.pop()}${word}`);
      else words.push(word);
      isOpen = false;
    }
  }
  return words;
}
