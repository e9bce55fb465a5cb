/** The door to fast-xml-parser for native-shims: errors of PowerShell, which come as CLIXML on standard error. */
/** The text of the errors in PowerShell's standard error; other text stays as it is. */
export declare function errorText(stderr: string): string;
