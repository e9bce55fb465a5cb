/**
 * ScriptingConfig.xml: the scripts that a DPM agent runs before and after a backup. Checking tells what would make DPM
 * pass over it in silence; setting changes one data source and leaves every other character as it is.
 */

import { escapeXml, isXmlText } from '../base/xml-text.ts';
import type { DefectOf } from '../error-codes.ts';
import { corrupt, type Finding, invalidArgument, StorageError } from '../errors.ts';
import { parseXml, withChild, withContent, type XmlElement } from './scripting-xml.ts';

/** What DPM itself writes; its later documents have https, which is read too. */
export const NAMESPACE = 'http://schemas.microsoft.com/2003/dls/ScriptingConfig.xsd';
/** Of such a file with thousands of data sources, in bytes. */
export const CONFIG_SIZE_MAX = 16 * 2 ** 20;
const NAMESPACES = [NAMESPACE, NAMESPACE.replace('http:', 'https:')];
const KNOWN = ['PreBackupScript', 'PreBackupCommandLine', 'PostBackupScript', 'PostBackupCommandLine', 'TimeOut'];
const MINUTES = /^[1-9]\d{0,8}$/;
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
  return sourcesIn(rootOf(text)).map((source) => {
    const value = (name: string): string | undefined => {
      const element = source.children.find((child) => child.name === name);
      if (element === undefined) return undefined;
      return name.endsWith('CommandLine') ? element.text.trim() : unquoted(element.text); // quotes of its words are its own
    };
    const timeOut = value('TimeOut');
    return {
      dataSourceName: nameOf(source),
      preBackupScript: value('PreBackupScript'),
      preBackupCommandLine: value('PreBackupCommandLine'),
      postBackupScript: value('PostBackupScript'),
      postBackupCommandLine: value('PostBackupCommandLine'),
      timeOut: timeOut !== undefined && MINUTES.test(timeOut) ? Number(timeOut) : undefined,
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
  const add: Add = (severity, code, message) => {
    findings.push({ severity, code: `SCRIPTING_${code}`, message, at: { structure: 'ScriptingConfig.xml' } });
  };
  const root = rootOf(text);
  const namespace = root.attributes.get('xmlns');
  if (namespace === NAMESPACES[1])
    add('warning', 'NAMESPACE', `the namespace says https; DPM's own files say ${NAMESPACE}`);
  else if (namespace !== NAMESPACE)
    add('error', 'NAMESPACE', `expected the namespace ${NAMESPACE}, found ${namespace ?? 'none'}`);
  const sources = sourcesIn(root);
  const isExpected = options.savedScript !== undefined || options.protectedPath !== undefined;
  if (sources.length === 0) {
    const severity = isExpected ? 'error' : 'info';
    add(severity, 'EMPTY', 'no data source has a script: this is the file as DPM installs it');
  }
  const drive = /^([A-Za-z]:)/.exec(options.protectedPath ?? '')?.[1]?.toLowerCase();
  const names = sources.map(nameOf);
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
    const first = names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
    if (name !== '' && first < index)
      add('error', 'DUPLICATE', `${name} is there twice: which of the two DPM reads is not known`);
    // Other data sources have scripts of their own.
    const isMeant = drive === undefined || names.length === 1 || name.toLowerCase() === drive;
    const isIdle = !source.children.some((element) => element.name === 'PreBackupScript');
    if (isMeant && isIdle && options.savedScript !== undefined)
      add('error', 'NO_SCRIPT', `${name}: there is no PreBackupScript: nothing runs before the backup`);
    const expected = isMeant ? options : { ...options, savedScript: undefined };
    for (const [at, element] of source.children.entries()) {
      if (KNOWN.includes(element.name) && source.children.findIndex((other) => other.name === element.name) < at)
        add('error', 'DUPLICATE', `${name}: <${element.name}> is there twice: which of the two DPM reads is not known`);
      checkElement(element, name, expected, add);
    }
  }
  return findings;
}

type Add = (severity: Finding['severity'], code: DefectOf<'SCRIPTING'>, message: string) => void;

function checkElement({ name, text: raw }: XmlElement, source: string, options: CheckOptions, add: Add): void {
  const value = unquoted(raw);
  if (!KNOWN.includes(name)) {
    add('info', 'ELEMENT', `${source}: <${name}> is no element that DPM is known to read`);
    return;
  }
  if (name === 'TimeOut') {
    if (!MINUTES.test(value)) add('error', 'TIMEOUT', `${source}: TimeOut is "${raw}", not a number of minutes`);
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
  const values: readonly (readonly [name: string, value: string | undefined])[] = [
    ['PreBackupScript', scripts.preBackupScript],
    ['PreBackupCommandLine', scripts.preBackupCommandLine],
    ['PostBackupScript', scripts.postBackupScript],
    ['PostBackupCommandLine', scripts.postBackupCommandLine],
    ['TimeOut', scripts.timeOut?.toString()],
  ];
  let result = text ?? EMPTY;
  const root = rootOf(result);
  if (sourceOf(root, scripts.dataSourceName) === undefined) {
    const tag = `<DatasourceScriptConfig DataSourceName="${escapeXml(scripts.dataSourceName)}">`;
    result = withChild(result, root, [tag, '</DatasourceScriptConfig>']);
  }
  for (const [name, value] of values) {
    if (value !== undefined) result = withValue(result, scripts.dataSourceName, name, value);
  }
  return result;
}

function withValue(text: string, dataSource: string, name: string, value: string): string {
  const source = sourceOf(rootOf(text), dataSource)!;
  const element = source.children.find((child) => child.name === name);
  if (element !== undefined) return element.text === value ? text : withContent(text, element, escapeXml(value));
  // The schema wants its own order.
  const next = source.children.find((child) => KNOWN.indexOf(child.name) > KNOWN.indexOf(name));
  return withChild(text, source, [`<${name}>${escapeXml(value)}</${name}>`], next);
}

const EMPTY = [
  '<?xml version="1.0" encoding="utf-8"?>',
  `<ScriptConfiguration xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="${NAMESPACE}">`,
  '</ScriptConfiguration>',
  '',
].join('\r\n');

function rootOf(text: string): XmlElement {
  const parsed = parseXml(text);
  const structure = 'ScriptingConfig.xml';
  const hint =
    'put that place right in a text editor, or start from an empty file: pitvault scripting-config set NEWFILE ...';
  if ('reason' in parsed) {
    throw corrupt('SCRIPTING_CONFIG_XML', `not well-formed XML, ${parsed.reason}`, { structure, hint });
  }
  if (parsed.root.name !== 'ScriptConfiguration')
    throw corrupt('SCRIPTING_CONFIG_XML', 'there is no element ScriptConfiguration', { structure, hint });
  return parsed.root;
}

function sourcesIn(root: XmlElement): XmlElement[] {
  return root.children.filter(({ name }) => name === 'DatasourceScriptConfig');
}

function nameOf(source: XmlElement): string {
  return source.attributes.get('DataSourceName') ?? '';
}

/** Throws SCRIPTING_DUPLICATE where it cannot be told which one is meant. */
function sourceOf(root: XmlElement, name: string): XmlElement | undefined {
  const found = sourcesIn(root).filter((source) => nameOf(source).toLowerCase() === name.toLowerCase());
  if (found.length < 2) return found[0];
  throw new StorageError('conflict', 'SCRIPTING_DUPLICATE', `${name} is there ${found.length} times`, {
    structure: 'ScriptingConfig.xml',
    hint: 'leave one DatasourceScriptConfig of that name, in a text editor, and run the same command again',
  });
}

function unquoted(text: string): string {
  return text.replace(/^["\u201c-\u201f]\s*|\s*["\u201c-\u201f]$/g, '').trim();
}

function samePath(a: string, b: string): boolean {
  const plain = (path: string): string => path.replaceAll('/', '\\').toLowerCase();
  return plain(a) === plain(b);
}
