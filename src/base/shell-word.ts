/** A path as one word of a command line that a person may copy: for POSIX shells, and for cmd and PowerShell. */

/**
 * Names on Windows hold no double quotes, but a backslash before the closing one would make it a part of the name (`"D:\"`): two stand
 * for one. POSIX shells leave everything between single quotes alone.
 */
export function shellWord(text: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return `"${text.replace(/\\+$/, '$&$&')}"`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
