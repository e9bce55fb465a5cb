/** The door to fast-xml-parser: XML as a tree that keeps comments, order and what is unknown, and back to text. */

import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

/** `{ NAME: children, ':@'?: attributes }`, `{ '#text': text }`, `{ '#comment': [...] }`. */
export type XmlNode = { [name: string]: XmlNode[] | string | Record<string, string> };

const OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  commentPropName: '#comment',
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
  const built: string = new XMLBuilder({ ...OPTIONS, format: true, indentBy: '  ' }).build(nodes);
  return `${built.trim()}\n`;
}

export function elementName(node: XmlNode): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

export function childrenOf(node: XmlNode): XmlNode[] {
  const children = node[elementName(node)];
  return Array.isArray(children) ? children : [];
}

export function attributesOf(node: XmlNode): Record<string, string> {
  return (node[':@'] as Record<string, string> | undefined) ?? {};
}

export function textOf(node: XmlNode): string {
  return childrenOf(node)
    .map((child) => (typeof child['#text'] === 'string' ? child['#text'] : ''))
    .join('')
    .trim();
}
