/** The door to fast-xml-parser for native-shims: errors of PowerShell, which come as CLIXML on standard error. */
import { XMLParser } from 'fast-xml-parser';
const MARK = '#< CLIXML';
/** The text of the errors in PowerShell's standard error; other text stays as it is. */
export function errorText(stderr) {
    const at = stderr.indexOf(MARK);
    if (at < 0)
        return stderr.trim();
    const parser = new XMLParser({
        ignoreAttributes: false,
        parseTagValue: false,
        trimValues: false,
        isArray: (name) => name === 'S' || name === 'Objs',
    });
    const end = stderr.lastIndexOf('</Objs>');
    if (end < 0)
        return `${stderr.slice(0, at)}(an answer of PowerShell that was cut off)`.trim();
    const document = parser.parse(stderr.slice(stderr.indexOf('<Objs', at), end + '</Objs>'.length));
    // One document for each of its streams that had something to say.
    const documents = document.Objs ?? [];
    const strings = documents.flatMap((one) => (typeof one === 'string' ? [] : (one.S ?? [])));
    const errors = strings.filter((item) => item['@_S'] === 'Error').map((item) => decoded(item['#text'] ?? ''));
    return `${stderr.slice(0, at)}${errors.join('')}`.trim();
}
/** `_x000D_` stands for a character that XML would not keep. */
function decoded(text) {
    return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
