/** Options that several commands take. */

import type { OptionSpec } from '../command.ts';

export const volume: OptionSpec = {
  type: 'string',
  value: 'V',
  summary: 'volume: its number, its GUID, or the name of a dynamic one; needed only when several are readable',
};
export const parents: Readonly<Record<string, OptionSpec>> = {
  search: {
    type: 'string',
    multiple: true,
    value: 'DIR',
    summary: 'look here for a missing parent of a differencing disk (repeatable)',
  },
  'ignore-parent-id': {
    type: 'boolean',
    summary: 'read over a parent that has changed since the child was made: the result may be wrong',
  },
  'ignore-log': {
    type: 'boolean',
    summary: 'read a VHDX without its log where that cannot be replayed: what was written last may be half there',
  },
  disk: {
    type: 'string',
    multiple: true,
    value: 'IMAGE',
    summary: 'another disk of the same Windows disk group (LDM); found without this in the same folder (repeatable)',
  },
  'diff-area': {
    type: 'string',
    multiple: true,
    value: 'IMAGE',
    summary: 'look here for the diff area of shadow copies whose store is on another volume (repeatable)',
  },
};
export const shadow: Readonly<Record<string, OptionSpec>> = {
  shadow: {
    type: 'string',
    value: 'ID|N',
    summary: 'the volume as this shadow copy has it: its id, or its number (1: the oldest)',
  },
  'shadow-at': {
    type: 'string',
    value: 'TIME',
    summary: 'the newest shadow copy made at or before this time',
  },
};
export const database: Readonly<Record<string, OptionSpec>> = {
  file: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    summary: 'a secondary data file; of a backup another stripe, or a differential one (repeatable)',
  },
  set: { type: 'string', value: 'N', summary: 'of a backup: the set at this position, else its newest full one' },
};
export const names: Readonly<Record<string, OptionSpec>> = {
  dpmdb: {
    type: 'string',
    value: 'FILE',
    summary: 'take names from this DPMDB (.mdf, .bak), saved script output or evidence; default: DPMDB in the pool',
  },
};
export const state: Readonly<Record<string, OptionSpec>> = {
  server: { type: 'string', value: 'FQDN', summary: 'DPM server, as its folder is named' },
  replica: {
    type: 'string',
    value: 'GUID|NAME',
    summary: 'PhysicalReplicaId, or the name DPM has for the data source',
  },
  ...names,
};

export const job: Readonly<Record<string, OptionSpec>> = {
  pool: { type: 'string', value: 'POOL', summary: 'folder of the pool (required)' },
  threads: { type: 'string', value: 'N', summary: '1 or 2' },
  seal: {
    type: 'boolean',
    summary: 'keep a seal (a SHA-256 of block digests) of the whole state beside it, as verify --seal does',
  },
};
export const kept: Readonly<Record<string, OptionSpec>> = {
  replica: { type: 'string', value: 'R', summary: 'PhysicalReplicaId or name of the replica' },
};
export const advance: Readonly<Record<string, OptionSpec>> = {
  ...job,
  ...kept,
  shrink: { type: 'boolean', summary: 'the source was made smaller on purpose; without this a smaller one is refused' },
};

/** For what makes a file. */
export const newFile: Readonly<Record<string, OptionSpec>> = {
  force: { type: 'boolean', summary: 'replace OUT' },
  dense: { type: 'boolean', summary: 'write every byte of the file: no holes (always so where NTFS is mounted)' },
};
export const moment: Readonly<Record<string, OptionSpec>> = {
  latest: { type: 'boolean', summary: 'of a pool the live replica' },
  at: {
    type: 'string',
    value: 'TIME',
    summary: 'of a pool the newest state captured at or before this time (ISO 8601, local unless it has an offset)',
  },
  point: { type: 'string', value: 'GUID', summary: 'of a pool this recovery point' },
};
