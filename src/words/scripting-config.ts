/**
 * ScriptingConfig.xml: the scripts that a DPM agent runs before and after a backup. Checking tells what would make DPM
 * pass over it in silence; setting changes one data source and keeps everything else, comments and unknown elements too.
 */

import { escapeXml, isXmlText } from '../base/xml-text.ts';
import { corrupt, type Finding, invalidArgument } from '../errors.ts';
import {
  attributesOf,
  buildXml,
  childrenOf,
  elementName,
  parseXml,
  textNode,
  textOf,
  type XmlNode,
} from './scripting-xml.ts';

/** What DPM itself writes; its later documents have https, which is read too. */
export const NAMESPACE = 'http://schemas.microsoft.com/2003/dls/ScriptingConfig.xsd';
/** Of such a file with thousands of data sources, in bytes. */
export const CONFIG_SIZE_MAX = 16 * 2 ** 20;
const NAMESPACES = [NAMESPACE, NAMESPACE.replace('http:', 'https:')];
const KNOWN = ['PreBackupScript', 'PreBackupCommandLine', 'PostBackupScript', 'PostBackupCommandLine', 'TimeOut'];
const SMART_QUOTES = /[\u201c\u201d\u201e\u201f\u2018\u2019]/;

export type DatasourceScripts = {
  /** A drive (`C:`), `Instance\Database`, or what else DPM calls the data source. */
  readonly dataSourceName: string;
  readonly preBackupScript?: string | undefined;
  readonly preBackupCommandLine?: string | undefined;
  readonly postBackupScript?: string | undefined;
  readonly postBackupCommandLine?: string | undefined;
  /** Minutes, after which the script counts as failed. */
  readonly timeOut?: number | undefined;
};

/** The data sources in the text. Throws SCRIPTING_CONFIG_XML where it is no such file. */
export function readScriptingConfig(text: string): DatasourceScripts[] {
  return sourcesIn(rootOf(text).root).map((source) => {
    const value = (name: string): string | undefined => {
      const element = childrenOf(source).find((child) => elementName(child) === name);
      return element === undefined ? undefined : unquoted(textOf(element));
    };
    const timeOut = value('TimeOut');
    return {
      dataSourceName: attributesOf(source)['DataSourceName'] ?? '',
      preBackupScript: value('PreBackupScript'),
      preBackupCommandLine: value('PreBackupCommandLine'),
      postBackupScript: value('PostBackupScript'),
      postBackupCommandLine: value('PostBackupCommandLine'),
      timeOut: timeOut === undefined ? undefined : Number(timeOut),
    };
  });
}

export type CheckOptions = {
  /** Where the script was really saved, to compare with. */
  readonly savedScript?: string | undefined;
  /** A path that is protected: its drive is the name the data source must have. */
  readonly protectedPath?: string | undefined;
};

/** What is wrong or doubtful in the file. */
export function checkScriptingConfig(text: string, options: CheckOptions = {}): Finding[] {
  const findings: Finding[] = [];
  const add = (severity: Finding['severity'], code: string, message: string): void => {
    findings.push({ severity, code: `SCRIPTING_${code}`, message, at: { structure: 'ScriptingConfig.xml' } });
  };
  const { root } = rootOf(text);
  const namespace = attributesOf(root)['xmlns'];
  if (namespace === NAMESPACES[1])
    add('warning', 'NAMESPACE', `the namespace says https; DPM's own files say ${NAMESPACE}`);
  else if (namespace !== NAMESPACE)
    add('error', 'NAMESPACE', `expected the namespace ${NAMESPACE}, found ${namespace ?? 'none'}`);
  const sources = sourcesIn(root);
  if (sources.length === 0) add('info', 'EMPTY', 'no data source has a script: this is the file as DPM installs it');
  const drive = /^([A-Za-z]:)/.exec(options.protectedPath ?? '')?.[1]?.toLowerCase();
  const names = sources.map((source) => attributesOf(source)['DataSourceName'] ?? '');
  if (drive !== undefined && names.length > 0 && !names.some((name) => name.toLowerCase() === drive)) {
    const found = names.map((name) => `"${name}"`).join(', ');
    add(
      'error',
      'DATASOURCE',
      `DataSourceName is ${found}: it must be the drive of what is protected, "${drive.toUpperCase()}"`,
    );
  }
  for (const [index, source] of sources.entries()) {
    const name = names[index]!;
    if (name === '') add('error', 'DATASOURCE', 'a DatasourceScriptConfig has no DataSourceName');
    // Other data sources have scripts of their own.
    const isMeant = drive === undefined || names.length === 1 || name.toLowerCase() === drive;
    const expected = isMeant ? options : { ...options, savedScript: undefined };
    for (const element of childrenOf(source)) checkElement(element, name, expected, add);
  }
  return findings;
}

type Add = (severity: Finding['severity'], code: string, message: string) => void;

function checkElement(element: XmlNode, source: string, options: CheckOptions, add: Add): void {
  const name = elementName(element);
  const raw = textOf(element);
  const value = unquoted(raw);
  if (name.startsWith('#')) return;
  if (!KNOWN.includes(name)) {
    add('info', 'ELEMENT', `${source}: <${name}> is no element that DPM is known to read`);
    return;
  }
  if (name === 'TimeOut') {
    if (!/^[1-9]\d*$/.test(value)) add('error', 'TIMEOUT', `${source}: TimeOut is "${raw}", not a number of minutes`);
    return;
  }
  if (!name.endsWith('Script')) return;
  if (SMART_QUOTES.test(raw))
    add('error', 'QUOTES', `${source}: ${name} has typographic quotes, which become part of the path`);
  if (/\.txt$/i.test(value))
    add('error', 'EXTENSION', `${source}: ${name} ends in .txt: Notepad has added it to the script's name`);
  if (/\.vbs$/i.test(value))
    add('error', 'VBSCRIPT', `${source}: ${name} is a VBScript: DPM runs it only through a .cmd with cscript`);
  if (!/^[A-Za-z]:\\/.test(value)) add('error', 'PATH', `${source}: ${name} "${value}" is not an absolute path`);
  if (name === 'PreBackupScript' && options.savedScript !== undefined && !samePath(options.savedScript, value)) {
    add(
      'error',
      'SAVED_ELSEWHERE',
      `${source}: PreBackupScript is ${value}, but the script was saved as ${options.savedScript}`,
    );
  }
}

/** The text with the scripts of one data source set; given elements replace, others stay. Makes the file when `text` is null. */
export function setScripts(text: string | null, scripts: DatasourceScripts): string {
  if (scripts.dataSourceName === '') throw invalidArgument('SCRIPTING_DATASOURCE', 'which data source?');
  for (const [name, value] of Object.entries(scripts)) {
    if (typeof value !== 'string' || isXmlText(value)) continue;
    throw invalidArgument('SCRIPTING_TEXT', `${name} ${JSON.stringify(value)} holds a character that XML cannot hold`, {
      hint: 'a control character may have come in by pasting: type it anew',
    });
  }
  const { nodes, root } = rootOf(text ?? EMPTY);
  let source = sourcesIn(root).find(
    (other) => attributesOf(other)['DataSourceName']?.toLowerCase() === scripts.dataSourceName.toLowerCase(),
  );
  if (source === undefined) {
    source = { DatasourceScriptConfig: [], ':@': { DataSourceName: escapeXml(scripts.dataSourceName) } };
    childrenOf(root).push(source);
  }
  const values: Record<string, string | undefined> = {
    PreBackupScript: scripts.preBackupScript,
    PreBackupCommandLine: scripts.preBackupCommandLine,
    PostBackupScript: scripts.postBackupScript,
    PostBackupCommandLine: scripts.postBackupCommandLine,
    TimeOut: scripts.timeOut?.toString(),
  };
  const children = childrenOf(source);
  for (const [index, name] of KNOWN.entries()) {
    const value = values[name];
    if (value === undefined) continue;
    const element: XmlNode = { [name]: [textNode(value)] };
    const at = children.findIndex((child) => elementName(child) === name);
    if (at >= 0) children[at] = element;
    else {
      // The schema wants its own order.
      const next = children.findIndex((child) => KNOWN.indexOf(elementName(child)) > index);
      children.splice(next < 0 ? children.length : next, 0, element);
    }
  }
  return buildXml(nodes);
}

const EMPTY = `<?xml version="1.0" encoding="utf-8"?>
<ScriptConfiguration xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="${NAMESPACE}">
</ScriptConfiguration>`;

function rootOf(text: string): { nodes: XmlNode[]; root: XmlNode } {
  const parsed = parseXml(text);
  const structure = 'ScriptingConfig.xml';
  const hint =
    'put that place right in a text editor, or start from an empty file: pitvault scripting-config set NEWFILE ...';
  if ('reason' in parsed) {
    throw corrupt('SCRIPTING_CONFIG_XML', `not well-formed XML, ${parsed.reason}`, { structure, hint });
  }
  const root = parsed.nodes.find((node) => elementName(node) === 'ScriptConfiguration');
  if (root === undefined)
    throw corrupt('SCRIPTING_CONFIG_XML', 'there is no element ScriptConfiguration', { structure, hint });
  return { nodes: parsed.nodes, root };
}

function sourcesIn(root: XmlNode): XmlNode[] {
  return childrenOf(root).filter((node) => elementName(node) === 'DatasourceScriptConfig');
}

function unquoted(text: string): string {
  return text.replace(/^["\u201c-\u201f]\s*|\s*["\u201c-\u201f]$/g, '').trim();
}

function samePath(a: string, b: string): boolean {
  const plain = (path: string): string => path.replaceAll('/', '\\').toLowerCase();
  return plain(a) === plain(b);
}
