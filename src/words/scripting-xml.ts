/** The door to fast-xml-parser: XML as a tree that keeps comments, order and what is unknown, and back to text. */

import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { escapeXml } from '../base/xml-text.ts';

/**
 * `{ NAME: children, ':@'?: attributes }`, `{ '#text': text }`, `{ '#cdata': [...] }`, `{ '#comment': [...] }`. Text and attributes
 * are as written, with their references, and come back so where they are not changed.
 */
export type XmlNode = { [name: string]: XmlNode[] | string | Record<string, string> };

const OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  commentPropName: '#comment',
  cdataPropName: '#cdata',
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
} as const;

/** Null where the text is no XML; `reason` tells where it stops being one. */
export function parseXml(text: string): { nodes: XmlNode[] } | { reason: string } {
  const clean = text.replace(/^\ufeff/, '');
  const valid = XMLValidator.validate(clean);
  if (valid !== true) return { reason: `line ${valid.err.line}: ${valid.err.msg}` };
  return { nodes: new XMLParser(OPTIONS).parse(clean) as XmlNode[] };
}

export function buildXml(nodes: readonly XmlNode[]): string {
  const built: string = new XMLBuilder({ ...OPTIONS, format: true, indentBy: '  ' }).build(nodes.map(buildable));
  return `${built.trim()}\n`;
}

/** What the builder would not write so that it reads the same: CDATA gets a line of its own, attributes always double quotes. */
function buildable(node: XmlNode): XmlNode {
  const name = elementName(node);
  if (name === '#cdata') return textNode(childrenOf(node).map(rawText).join(''));
  const children = node[name];
  const attributes = Object.entries((node[':@'] as Record<string, string> | undefined) ?? {});
  return {
    ...node,
    ...(Array.isArray(children) ? { [name]: children.map(buildable) } : {}),
    ...(attributes.length > 0
      ? { ':@': Object.fromEntries(attributes.map(([key, value]) => [key, value.replaceAll('"', '&quot;')])) }
      : {}),
  };
}

export function elementName(node: XmlNode): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

export function childrenOf(node: XmlNode): XmlNode[] {
  const children = node[elementName(node)];
  return Array.isArray(children) ? children : [];
}

/** Values without references. */
export function attributesOf(node: XmlNode): Record<string, string> {
  const attributes = (node[':@'] as Record<string, string> | undefined) ?? {};
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, decoded(value)]));
}

export function textOf(node: XmlNode): string {
  const parts = childrenOf(node).map((child) => {
    const text = child['#text'];
    if (typeof text === 'string') return decoded(text);
    return elementName(child) === '#cdata' ? childrenOf(child).map(rawText).join('') : '';
  });
  return parts.join('').trim();
}

function rawText(node: XmlNode): string {
  return typeof node['#text'] === 'string' ? node['#text'] : '';
}

/** A node of this text. */
export function textNode(text: string): XmlNode {
  return { '#text': escapeXml(text) };
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const CODE_MAX = 0x10_ffff;

/** References that XML knows by itself; others stay as they are. */
function decoded(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name = '') => {
      if (hex === undefined && decimal === undefined) return NAMED[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= CODE_MAX ? String.fromCodePoint(code) : whole;
    },
  );
}
