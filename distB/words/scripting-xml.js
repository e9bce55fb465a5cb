/**
 * The door to fast-xml-parser: XML as elements that know their places in the text, so that one of them can be changed while
 * every other character stays as it was written.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
const PLACES = XMLParser.getMetaDataSymbol();
const [TEXT, DATA, ATTRIBUTES] = ['#text', '#data', ':@'];
const PARSER = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    cdataPropName: DATA,
    captureMetaData: true,
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
});
const NOT_MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g;
const START_TAG = /<[^\s<>/]+(?:\s+[^\s=<>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>/y;
/** The element that holds all others; `reason` tells where the text stops being XML, or what none of such a file may hold. */
export function parseXml(text) {
    const valid = XMLValidator.validate(text.replace(/^\ufeff/, ''));
    if (valid !== true)
        return { reason: `line ${valid.err.line}: ${valid.err.msg}` };
    const bare = text.replace(NOT_MARKUP, (part) => ' '.repeat(part.length));
    const type = bare.search(/<!DOCTYPE/i);
    if (type >= 0)
        return { reason: `line ${lineOf(text, type)}: a document type, whose entities are not read` };
    const unknown = unknownReference(bare);
    if (unknown !== null)
        return { reason: `line ${lineOf(text, bare.indexOf(unknown))}: ${unknown} stands for nothing` };
    let nodes;
    try {
        nodes = PARSER.parse(text);
    }
    catch (error) {
        return { reason: error.message }; // elements in each other without end, names that mean something in JavaScript
    }
    const root = nodes.find(isElement);
    return root === undefined ? { reason: 'it has no element' } : { root: elementOf(root, text) };
}
function nameOf(node) {
    return Object.keys(node).find((key) => key !== ATTRIBUTES);
}
function isElement(node) {
    return !/^[#?]/.test(nameOf(node));
}
function elementOf(node, text) {
    const name = nameOf(node);
    const nodes = node[name];
    const { startIndex: start, endIndex: end } = node[PLACES];
    START_TAG.lastIndex = start;
    const [tag] = START_TAG.exec(text);
    const isEmptyTag = tag.endsWith('/>');
    return {
        name,
        attributes: new Map(Object.entries(node[ATTRIBUTES] ?? {}).map(([key, value]) => [key, decoded(value)])),
        children: nodes.filter(isElement).map((child) => elementOf(child, text)),
        text: nodes.map(ownText).join('').trim(),
        start,
        end,
        contentStart: start + tag.length,
        contentEnd: isEmptyTag ? end : text.lastIndexOf('</', end - 1),
        isEmptyTag,
    };
}
function ownText(node) {
    if (TEXT in node)
        return decoded(node[TEXT]);
    return DATA in node ? node[DATA].map((part) => part[TEXT]).join('') : '';
}
function lineOf(text, offset) {
    return text.slice(0, offset).split('\n').length;
}
const NAMED = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }));
const CODE_MAX = 0x10_ffff;
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([^\s;&<]*));/gi;
/** The first reference to something that XML does not know by itself. */
function unknownReference(text) {
    for (const [whole, , , name] of text.matchAll(REFERENCE)) {
        if (name !== undefined && !NAMED.has(name))
            return whole;
    }
    return null;
}
function decoded(text) {
    return text.replace(REFERENCE, (whole, hex, decimal, name = '') => {
        if (hex === undefined && decimal === undefined)
            return NAMED.get(name) ?? whole;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= CODE_MAX ? String.fromCodePoint(code) : whole;
    });
}
/** The text with a child more in `parent`: before one of its children, else behind the last; indented as what is beside it. */
export function withChild(text, parent, lines, before) {
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    const beside = before ?? parent.children.at(-1);
    const gap = beside === undefined ? `${eol}${indentOf(text, parent.start)}  ` : gapBefore(text, beside.start);
    const child = lines.join(gap);
    if (before !== undefined)
        return spliced(text, before.start, before.start, `${child}${gap}`);
    if (beside !== undefined)
        return spliced(text, beside.end, beside.end, `${gap}${child}`);
    const last = `${eol}${indentOf(text, parent.start)}`;
    if (parent.isEmptyTag) {
        const tag = text.slice(parent.start, parent.end).replace(/\s*\/>$/, '>');
        return spliced(text, parent.start, parent.end, `${tag}${gap}${child}${last}</${parent.name}>`);
    }
    const content = text.slice(parent.contentStart, parent.contentEnd).trimEnd();
    return spliced(text, parent.contentStart + content.length, parent.contentEnd, `${gap}${child}${last}`);
}
/** The text with this content, already escaped, in an element. */
export function withContent(text, element, content) {
    if (!element.isEmptyTag)
        return spliced(text, element.contentStart, element.contentEnd, content);
    const tag = text.slice(element.start, element.end).replace(/\s*\/>$/, '>');
    return spliced(text, element.start, element.end, `${tag}${content}</${element.name}>`);
}
function spliced(text, start, end, content) {
    return text.slice(0, start) + content + text.slice(end);
}
/** The line end and the blanks before a place; without the empty lines that may be there too. */
function gapBefore(text, place) {
    const blanks = text.slice(text.slice(0, place).trimEnd().length, place);
    const line = blanks.lastIndexOf('\n');
    if (line < 0)
        return blanks;
    return blanks.slice(blanks[line - 1] === '\r' ? line - 1 : line);
}
/** The blanks before an element that is the first in its line. */
function indentOf(text, place) {
    const before = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
    return before.trim() === '' ? before : '';
}
