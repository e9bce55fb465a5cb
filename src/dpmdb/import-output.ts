/**
 * The output of the article's scripts, kept as a file before the disaster: CSV, JSON, or the text that sqlcmd and Management
 * Studio write. Columns are known by their names, misspelt ones too.
 */

import { parseGuid } from '../base/guid.ts';
import { invalidArgument } from '../errors.ts';
import type { KnownPool, KnownReplica } from './known-replicas.ts';

/** Names of a column in the scripts, lower case, in order of preference. */
const NAMES = {
  replica: [
    'physicalreplicaid',
    'replica',
    'replica-subfolder',
    'relica-subfolder',
    'replicaid',
    'volumesetid',
    'guidname',
  ],
  dataSource: ['datasourcename', 'datasource'],
  server: ['netbiosname', 'servername'],
  path: ['accesspath', 'mountpointpath'],
  folder: ['folder'],
  group: ['protectiongroup', 'friendlyname'],
  validity: ['validity'],
} as const;

type Row = Readonly<Record<string, string>>;

/** Throws kind `invalid-argument` for text in which no replica can be found. */
export function importScriptOutput(content: string, name: string): KnownPool {
  const rows =
    content.trimStart().startsWith('[') || content.trimStart().startsWith('{')
      ? jsonRows(content, name)
      : textRows(content);
  const replicas = new Map<string, KnownReplica>();
  for (const row of rows) {
    const replica = replicaOf(row);
    if (replica === null) continue;
    const known = replicas.get(replica.replicaId);
    replicas.set(
      replica.replicaId,
      known === undefined ? replica : { ...known, storage: [...known.storage, ...replica.storage] },
    );
  }
  if (replicas.size === 0) {
    throw invalidArgument('DPMDB_OUTPUT', `${name} names no replica`, {
      image: name,
      hint: 'it should be the output of `pitvault sql-script locate`, saved as CSV, JSON or text with its column names',
    });
  }
  return { replicas: [...replicas.values()], missing: [] };
}

function replicaOf(row: Row): KnownReplica | null {
  const cell = (column: keyof typeof NAMES): string | null => {
    const name = NAMES[column].find((each) => row[each] !== undefined && row[each] !== '' && row[each] !== 'NULL');
    return name === undefined ? null : row[name]!.trim();
  };
  // A legacy mount point ends in the GUID of its volume: `…\vol_<guid>\`.
  const inPath = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\?$/i.exec(cell('path') ?? '')?.[1];
  const replicaId = parseGuid((cell('replica') ?? '').replace(/^\\\\\?\\Volume|\\$/gi, '')) ?? parseGuid(inPath ?? '');
  if (replicaId === null) return null;
  const path = cell('path');
  const validity = Number(cell('validity') ?? Number.NaN);
  return {
    replicaId,
    dataSource: cell('dataSource'),
    server: cell('server'),
    serverFqdn: null,
    protectionGroup: cell('group'),
    validity: Number.isInteger(validity) ? validity : null,
    storage: path === null ? [] : [{ path, server: cell('folder')?.replace(/\\+$/, '') ?? null }],
  };
}

function jsonRows(content: string, name: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // JSON lines: one object each.
    try {
      value = content
        .split('\n')
        .filter((each) => each.trim() !== '')
        .map((each) => JSON.parse(each) as unknown);
    } catch (error) {
      throw invalidArgument('DPMDB_OUTPUT', `${name} is no JSON: ${(error as Error).message}`, {
        image: name,
        hint: 'save the output again, as JSON, CSV or text',
      });
    }
  }
  return (Array.isArray(value) ? value : [value]).map((each: unknown) => {
    const row: Record<string, string> = {};
    for (const [column, cell] of Object.entries(typeof each === 'object' && each !== null ? each : {}))
      if (cell !== null) row[column.toLowerCase()] = String(cell);
    return row;
  });
}

/** CSV by its commas, semicolons or tabs; aligned text by the rule of dashes below its column names. */
function textRows(content: string): Row[] {
  const lines = content.split(/\r?\n/);
  const rule = lines.findIndex((line) => /^\s*-{2,}(\s+-+)*\s*$/.test(line));
  if (rule > 0) return alignedRows(lines[rule - 1]!, lines[rule]!, lines.slice(rule + 1));
  const [head, ...rest] = lines.filter((line) => line.trim() !== '');
  if (head === undefined) return [];
  const separator = [',', ';', '\t', '|'].find((each) => head.includes(each)) ?? ',';
  const names = fieldsOf(head, separator).map((name) => name.toLowerCase());
  return rest.map((line) => rowOf(names, fieldsOf(line, separator)));
}

function alignedRows(head: string, rule: string, lines: readonly string[]): Row[] {
  const spans = [...rule.matchAll(/-+/g)].map((match, i, all) => ({
    start: match.index,
    end: all[i + 1]?.index ?? Number.POSITIVE_INFINITY,
  }));
  const cut = (line: string): string[] => spans.map(({ start, end }) => line.slice(start, end).trim());
  const names = cut(head).map((name) => name.toLowerCase());
  return lines
    .filter((line) => line.trim() !== '' && !/^\s*\(\d+ rows?( affected)?\)/i.test(line))
    .map((line) => rowOf(names, cut(line)));
}

function rowOf(names: readonly string[], cells: readonly string[]): Row {
  const row: Record<string, string> = {};
  for (const [i, name] of names.entries()) if (cells[i] !== undefined && !(name in row)) row[name] = cells[i]!;
  return row;
}

function fieldsOf(line: string, separator: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quoted && char === '"' && line[i + 1] === '"') {
      field += '"';
      i++;
    } else if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) {
      fields.push(field.trim());
      field = '';
    } else field += char;
  }
  fields.push(field.trim());
  return fields;
}
