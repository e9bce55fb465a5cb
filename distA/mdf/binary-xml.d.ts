/**
 * xml columns: MS-BINXML, the token stream in which SQL Server stores them, back to XML text. Names and qualified names
 * go into tables in order of appearance and are referred to by index from 1.
 */
/** XML text of a stored value. Throws a RangeError for bytes that are no binary XML. */
export declare function readBinaryXml(bytes: Uint8Array): string;
