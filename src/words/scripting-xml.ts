/**
 * The door to fast-xml-parser: XML as elements that know their places in the text, so that one of them can be changed while
 * every other character stays as it was written.
 */

import { XMLValidator } from 'fast-xml-parser';

/** Places count UTF-16 units of the text. */
export type XmlElement = {
  readonly name: string;
  /** Values without references. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without references and what is around it. */
  readonly text: string;
  /** `<`, and the place behind the last `>`. */
  readonly start: number;
  readonly end: number;
  /** What is between its tags; nothing, at its end, of `<a/>`. */
  readonly contentStart: number;
  readonly contentEnd: number;
  /** Written as `<a/>`. */
  readonly isEmptyTag: boolean;
};

type Open = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlElement[] };

/** A comment, CDATA, an instruction, or a tag with its attributes; text is what lies between. */
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[(?<data>[\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(?<end>\/?)(?<name>[^\s<>/=!?]+)(?<attributes>(?:\s+[^\s=<>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?<empty>\/?)>/g;
const ATTRIBUTE = /([^\s=<>/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The element that holds all others; `reason` tells where the text stops being XML, or what none of such a file may hold. */
export function parseXml(text: string): { root: XmlElement } | { reason: string } {
  const valid = XMLValidator.validate(text.replace(/^\ufeff/, ''));
  if (valid !== true) return { reason: `line ${valid.err.line}: ${valid.err.msg}` };
  const at = (offset: number, what: string) => ({ reason: `line ${lineOf(text, offset)}: ${what}` });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let behind = 0;
  for (const match of text.matchAll(TOKEN)) {
    const between = text.slice(behind, match.index);
    const stray = /<(!DOCTYPE)?/i.exec(between);
    if (stray !== null) {
      const isType = stray[1] !== undefined;
      return at(behind + stray.index, isType ? 'a document type, whose entities are not read' : 'no tag is like this');
    }
    const unknown = unknownReference(between) ?? unknownReference(match.groups!['attributes'] ?? '');
    if (unknown !== null) return at(behind, `${unknown} stands for nothing`);
    const { data, end, name, attributes = '', empty } = match.groups!;
    behind = match.index + match[0].length;
    const inner = open.at(-1);
    if (inner !== undefined) inner.text += decoded(between) + (data ?? '');
    if (name === undefined) continue;
    if (end === '/') {
      if (inner?.name !== name) return at(match.index, `${match[0]} closes nothing`);
      open.pop();
      Object.assign(inner, { text: inner.text.trim(), contentEnd: match.index, end: behind });
      continue;
    }
    const element: Open = {
      name,
      attributes: attributesIn(attributes),
      children: [],
      text: '',
      start: match.index,
      end: behind,
      contentStart: behind,
      contentEnd: behind,
      isEmptyTag: empty === '/',
    };
    if (inner === undefined) root ??= element;
    else inner.children.push(element);
    if (!element.isEmptyTag) open.push(element);
  }
  return root === undefined || open.length > 0 ? { reason: 'it has no element' } : { root };
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(ATTRIBUTE)].map(([, name, double, single]) => [name!, decoded(double ?? single!)]));
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }),
);
const CODE_MAX = 0x10_ffff;
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([^\s;&<]*));/gi;

/** The first reference to something that XML does not know by itself. */
function unknownReference(text: string): string | null {
  for (const [whole, , , name] of text.matchAll(REFERENCE)) {
    if (name !== undefined && !NAMED.has(name)) return whole;
  }
  return null;
}

function decoded(text: string): string {
  return text.replace(REFERENCE, (whole, hex?: string, decimal?: string, name = '') => {
    if (hex === undefined && decimal === undefined) return NAMED.get(name) ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= CODE_MAX ? String.fromCodePoint(code) : whole;
  });
}

/** The text with a child more in `parent`: before one of its children, else behind the last; indented as what is beside it. */
export function withChild(text: string, parent: XmlElement, lines: readonly string[], before?: XmlElement): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const beside = before ?? parent.children.at(-1);
  const gap = beside === undefined ? `${eol}${indentOf(text, parent.start)}  ` : gapBefore(text, beside.start);
  const child = lines.join(gap);
  if (before !== undefined) return spliced(text, before.start, before.start, `${child}${gap}`);
  if (beside !== undefined) return spliced(text, beside.end, beside.end, `${gap}${child}`);
  const last = `${eol}${indentOf(text, parent.start)}`;
  if (parent.isEmptyTag) {
    const tag = text.slice(parent.start, parent.end).replace(/\s*\/>$/, '>');
    return spliced(text, parent.start, parent.end, `${tag}${gap}${child}${last}</${parent.name}>`);
  }
  const content = text.slice(parent.contentStart, parent.contentEnd).trimEnd();
  return spliced(text, parent.contentStart + content.length, parent.contentEnd, `${gap}${child}${last}`);
}

/** The text with this content, already escaped, in an element. */
export function withContent(text: string, element: XmlElement, content: string): string {
  if (!element.isEmptyTag) return spliced(text, element.contentStart, element.contentEnd, content);
  const tag = text.slice(element.start, element.end).replace(/\s*\/>$/, '>');
  return spliced(text, element.start, element.end, `${tag}${content}</${element.name}>`);
}

function spliced(text: string, start: number, end: number, content: string): string {
  return text.slice(0, start) + content + text.slice(end);
}

/** The line end and the blanks before a place; without the empty lines that may be there too. */
function gapBefore(text: string, place: number): string {
  const blanks = text.slice(text.slice(0, place).trimEnd().length, place);
  const line = blanks.lastIndexOf('\n');
  if (line < 0) return blanks;
  return blanks.slice(blanks[line - 1] === '\r' ? line - 1 : line);
}

/** The blanks before an element that is the first in its line. */
function indentOf(text: string, place: number): string {
  const before = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  return before.trim() === '' ? before : '';
}
