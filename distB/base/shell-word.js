/** A path as one word of a command line that a person may copy: for POSIX shells, and for cmd and PowerShell. */
/** Names on Windows hold no double quotes; POSIX shells leave everything between single quotes alone. */
export function shellWord(text, platform = process.platform) {
    if (platform === 'win32')
        return `"${text}"`;
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
