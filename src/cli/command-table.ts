/** All commands. Help, completion and parsing are made from this table alone. */

import type { CommandSpec, OptionSpec } from './command.ts';

const volume: OptionSpec = {
  type: 'string',
  value: 'V',
  summary: 'volume: partition number, or its GUID; needed only when several are readable',
};
const parents: Readonly<Record<string, OptionSpec>> = {
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
  'diff-area': {
    type: 'string',
    multiple: true,
    value: 'IMAGE',
    summary: 'look here for the diff area of shadow copies whose store is on another volume (repeatable)',
  },
};
const shadow: Readonly<Record<string, OptionSpec>> = {
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
const database: Readonly<Record<string, OptionSpec>> = {
  file: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    summary: 'a secondary data file; of a backup another stripe, or a differential one (repeatable)',
  },
  set: { type: 'string', value: 'N', summary: 'of a backup: the set at this position, else its newest full one' },
};
const names: Readonly<Record<string, OptionSpec>> = {
  dpmdb: {
    type: 'string',
    value: 'FILE',
    summary: 'take names from this DPMDB (.mdf, .bak), saved script output or evidence; default: DPMDB in the pool',
  },
};
const state: Readonly<Record<string, OptionSpec>> = {
  server: { type: 'string', value: 'FQDN', summary: 'DPM server, as its folder is named' },
  replica: {
    type: 'string',
    value: 'GUID|NAME',
    summary: 'PhysicalReplicaId, or the name DPM has for the data source',
  },
  ...names,
};

const job: Readonly<Record<string, OptionSpec>> = {
  pool: { type: 'string', value: 'POOL', summary: 'folder of the pool (required)' },
  threads: { type: 'string', value: 'N', summary: '1 or 2' },
};
const kept: Readonly<Record<string, OptionSpec>> = {
  replica: { type: 'string', value: 'R', summary: 'PhysicalReplicaId or name of the replica' },
};

/** For what makes a file. */
const newFile: Readonly<Record<string, OptionSpec>> = {
  force: { type: 'boolean', summary: 'replace OUT' },
  dense: { type: 'boolean', summary: 'write every byte of the file: no holes (always so where NTFS is mounted)' },
};
const moment: Readonly<Record<string, OptionSpec>> = {
  latest: { type: 'boolean', summary: 'the live replica' },
  at: {
    type: 'string',
    value: 'TIME',
    summary: 'the newest state captured at or before this time (ISO 8601, local unless it has an offset)',
  },
  point: { type: 'string', value: 'GUID', summary: 'this recovery point' },
};

/** Options of every command. */
export const COMMON: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', summary: 'print the result as JSON' },
  help: { type: 'boolean', short: 'h', summary: 'show help' },
};

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'scan',
    words: 'ROOT...',
    summary: 'show the servers, replicas and recovery points of a pool',
    options: {
      names: { type: 'boolean', summary: 'show the names that the DPM database has for the replicas' },
      ...names,
    },
    load: () => import('./commands/scan.ts'),
  },
  {
    name: 'recover',
    words: 'SOURCE...',
    summary: 'copy DPMDB, or any files, out of a pool or an image, with proof',
    options: {
      out: { type: 'string', value: 'DIR', summary: 'target folder (required)' },
      datasource: {
        type: 'string',
        value: 'NAME',
        summary: "dpmdb (the default for a pool), or a data source by DPM's name for it: 'SQL01\\PAYROLL'",
      },
      files: { type: 'string', multiple: true, value: 'GLOB', summary: 'recover files that match (repeatable)' },
      ...state,
      ...moment,
      volume,
      ...shadow,
      salvage: { type: 'boolean', summary: 'write zeros where the source cannot be read, and list the ranges' },
      force: { type: 'boolean', summary: 'replace different existing files' },
      streams: { type: 'boolean', summary: 'write alternate streams beside their files' },
      sync: { type: 'boolean', summary: 'fsync files and folders' },
      'no-health': { type: 'boolean', summary: 'do not check the pages of recovered databases' },
      'no-hash': { type: 'boolean', summary: 'skip SHA-256' },
      ...parents,
    },
    load: () => import('./commands/recover.ts'),
  },
  {
    name: 'info',
    words: 'IMAGE',
    summary: 'show container, chain, log, copies used, partitions and volumes',
    options: { ...parents },
    load: () => import('./commands/info.ts'),
  },
  {
    name: 'check',
    words: 'IMAGE',
    summary: 'verify every structure of an image, or every page of a database, and list each finding with its place',
    options: {
      log: { type: 'string', value: 'LDF', summary: "the database's log, when it is not beside it" },
      ...database,
      ...parents,
    },
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'ls',
    words: 'SOURCE [PATH]',
    summary: 'list files of an image, or of a replica in a pool',
    options: {
      long: { type: 'boolean', short: 'l', summary: 'sizes, times, attributes' },
      recursive: { type: 'boolean', short: 'R', summary: 'everything below' },
      ...state,
      ...moment,
      volume,
      ...shadow,
      ...parents,
    },
    load: () => import('./commands/ls.ts'),
  },
  {
    name: 'cat',
    words: 'IMAGE PATH',
    summary: 'write a file, or a stream of it (/a/b.txt:stream), to standard output',
    options: { volume, ...shadow, ...parents },
    load: () => import('./commands/cat.ts'),
  },
  {
    name: 'hash',
    words: 'IMAGE [PATH]',
    summary: 'SHA-256 of a file, a volume (--volume) or the virtual disk',
    options: { volume, ...shadow, ...parents },
    load: () => import('./commands/hash.ts'),
  },
  {
    name: 'map',
    words: 'IMAGE',
    summary: 'show where every byte of the virtual disk lives',
    options: { ...parents },
    load: () => import('./commands/map.ts'),
  },
  {
    name: 'create',
    words: 'OUT',
    summary: 'make an empty VHDX: dynamic, fixed, or differing from a parent',
    options: {
      size: { type: 'string', value: 'S', summary: 'size of the disk: 100G, 4T (with --parent: its size)' },
      block: { type: 'string', value: 'S', summary: 'block size, 1M to 256M (default 32M, 2M with --parent)' },
      sector: { type: 'string', value: 'N', summary: 'logical sector size, 512 or 4096' },
      fixed: { type: 'boolean', summary: 'take all space at once' },
      parent: { type: 'string', value: 'IMAGE', summary: 'the disk that the new one differs from' },
      ...newFile,
    },
    load: () => import('./commands/create.ts'),
  },
  {
    name: 'convert',
    words: 'IMAGE OUT',
    summary: 'write the disk as VHDX, VHD (by the extension of OUT) or sparse raw image',
    options: {
      type: { type: 'string', value: 'TYPE', summary: 'dynamic (the default of VHDX and VHD), fixed, or raw' },
      block: { type: 'string', value: 'S', summary: 'block size of a dynamic VHDX (default: as the source has it)' },
      ...newFile,
      salvage: { type: 'boolean', summary: 'write zeros where the source cannot be read' },
      sync: { type: 'boolean', summary: 'fsync a raw result (others always are)' },
      ...parents,
    },
    load: () => import('./commands/convert.ts'),
  },
  {
    name: 'merge',
    words: 'CHILD',
    summary: "write what a differencing VHDX holds into its parent's file",
    options: {
      search: parents['search']!,
      force: { type: 'boolean', summary: 'merge though other disks differ from the same parent, which loses them' },
    },
    load: () => import('./commands/merge.ts'),
  },
  {
    name: 'repair',
    words: 'IMAGE',
    summary: 'replay the log of a VHDX into its file; rewrite headers and region tables from their copies',
    options: { 'dry-run': { type: 'boolean', summary: 'say what would be done, and change nothing' } },
    load: () => import('./commands/repair.ts'),
  },
  {
    name: 'compact',
    words: 'IMAGE',
    summary: 'give back what the file of a VHDX occupies for nothing',
    options: { quick: { type: 'boolean', summary: 'do not read blocks to find those that hold zeros only' } },
    load: () => import('./commands/compact.ts'),
  },
  {
    name: 'resize',
    words: 'IMAGE',
    summary: 'change the size of the disk in a VHDX',
    options: {
      size: { type: 'string', value: 'S', summary: 'the new size (required)' },
      force: { type: 'boolean', summary: 'cut off what lies behind a smaller end' },
    },
    load: () => import('./commands/resize.ts'),
  },
  {
    name: 'diff',
    words: 'A B',
    summary: 'show what differs between two disks, without reading what is known to be equal',
    options: {
      pool: {
        type: 'string',
        value: 'POOL',
        summary: 'A and B may be recovery points of it: GUID, NAME, or NAME@TIME',
      },
      files: {
        type: 'boolean',
        summary: 'show which files were added, removed, changed, renamed; contents are not read',
      },
      out: { type: 'string', value: 'VHDX', summary: 'write the changes as a differencing disk whose parent is A' },
      svg: { type: 'string', value: 'FILE', summary: 'draw the disk and what changed where' },
      'map-only': { type: 'boolean', summary: 'read no content: what lives in different places may differ' },
      ...parents,
    },
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'verify',
    words: 'TARGET',
    summary: 'read a whole pool, or one image, and tell every byte that is not as it was written',
    options: {
      replica: state['replica']!,
      seal: { type: 'boolean', summary: 'SHA-256 of every state, compared with its seal, or kept as one' },
      'repair-from': { type: 'string', value: 'OTHER', summary: 'take good blocks from this pool or image' },
    },
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'init',
    words: 'POOL',
    summary: 'make a folder a pool in which pitvault keeps replicas and recovery points',
    options: {
      server: { type: 'string', value: 'FQDN', summary: 'DPM server whose replicas it will hold (required)' },
    },
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'protect',
    words: 'SOURCE',
    summary: 'make the initial replica of a device, an image, or standard input (-)',
    options: {
      ...job,
      name: { type: 'string', value: 'NAME', summary: 'what the replica is called; by default as the source' },
      replica: { type: 'string', value: 'GUID', summary: 'its PhysicalReplicaId; random by default' },
      mode: { type: 'string', value: 'M', summary: 'clone or chain; by default what the file system can do' },
      depth: { type: 'string', value: 'N', summary: 'chain: files that may hang on each other (64)' },
    },
    load: () => import('./commands/protect.ts'),
  },
  {
    name: 'backup',
    words: 'SOURCE',
    summary: 'express full: the replica becomes a recovery point, the source the replica',
    options: {
      ...job,
      ...kept,
      changes: {
        type: 'string',
        value: 'FILE',
        summary: 'what has changed: ranges as JSON, a bitmap, or a differencing disk; else blocks are compared',
      },
    },
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'consistency-check',
    words: 'SOURCE',
    summary: 'compare source and replica byte by byte and repair what differs',
    options: { ...job, ...kept },
    load: () => import('./commands/consistency-check.ts'),
  },
  {
    name: 'points',
    words: 'POOL',
    summary: 'list the replicas and recovery points that pitvault keeps in a pool',
    options: { ...kept, usage: { type: 'boolean', summary: 'what each point costs, and what pruning would free' } },
    load: () => import('./commands/points.ts'),
  },
  {
    name: 'prune',
    words: 'POOL',
    summary: 'plan which recovery points go, and why; --apply removes them',
    options: {
      ...kept,
      keep: { type: 'string', value: 'N', summary: 'the newest N points stay' },
      days: { type: 'string', value: 'D', summary: 'points of the last D days stay' },
      policy: { type: 'string', value: 'dpm', summary: "DPM's own rule, with --days as its retention range" },
      weekdays: { type: 'string', value: 'N', summary: 'for --policy: days of the week with a backup (7)' },
      source: {
        type: 'string',
        value: 'KIND',
        summary: 'for --policy: scheduled, disk-to-tape or secondary-application',
      },
      apply: { type: 'boolean', summary: 'remove what the plan says' },
      'dpm-pool': { type: 'boolean', summary: 'with --apply: also in a pool that DPM keeps' },
    },
    load: () => import('./commands/prune.ts'),
  },
  {
    name: 'versions',
    words: 'SOURCE... PATH',
    summary:
      'list one file over all points of a replica, or all shadow copies of an image: time, size, changed or same',
    options: { ...state, volume, ...parents },
    load: () => import('./commands/versions.ts'),
  },
  {
    name: 'catalog',
    words: 'POOL...',
    summary: 'give every replica its name: join the DPM database with what is in the pool',
    options: { ...names },
    load: () => import('./commands/catalog.ts'),
  },
  {
    name: 'evidence',
    words: 'POOL...',
    summary: 'bundle what must be known after a disaster: names, GUIDs, version, tapes',
    options: {
      out: { type: 'string', value: 'FILE', summary: 'target file (required)' },
      force: { type: 'boolean', summary: 'replace the file' },
      ...names,
    },
    load: () => import('./commands/evidence.ts'),
  },
  {
    name: 'dpm-version',
    words: 'DB',
    summary: 'show which DPM and update rollup a DPM database belongs to',
    options: {
      target: { type: 'string', value: 'BUILD', summary: 'the build it shall be restored to: must be the same' },
      ...database,
    },
    load: () => import('./commands/dpm-version.ts'),
  },
  {
    name: 'tapes',
    words: 'DB',
    summary: 'the tape card: which tapes hold the DPM database',
    options: { ...database },
    load: () => import('./commands/tapes.ts'),
  },
  {
    name: 'sql-script',
    words: 'NAME',
    summary: 'print a script to run on a living DPMDB: locate, version or tapes',
    options: { version: { type: 'string', value: 'V', summary: '2016, 2019, 2022 or 2025 (the default)' } },
    load: () => import('./commands/sql-script.ts'),
  },
  {
    name: 'tables',
    words: 'DB',
    summary: 'list the tables of a SQL Server database, read without a server',
    options: {
      system: { type: 'boolean', summary: "the catalog's own tables too" },
      ...database,
    },
    load: () => import('./commands/tables.ts'),
  },
  {
    name: 'dump',
    words: 'DB TABLE',
    summary: 'write the rows of a table to standard output',
    options: {
      format: { type: 'string', value: 'F', summary: 'csv (the default) or jsonl' },
      columns: { type: 'string', value: 'A,B', summary: 'only these columns' },
      ...database,
    },
    load: () => import('./commands/dump.ts'),
  },
  {
    name: 'sql',
    words: 'DB [STATEMENT]',
    summary: 'run a select, or a script of them, over a database',
    options: {
      script: { type: 'string', value: 'FILE', summary: 'read the statements from this file (-: standard input)' },
      server: { type: 'string', value: 'NAME', summary: "what to put for the placeholder in the article's scripts" },
      format: { type: 'string', value: 'F', summary: 'table (the default), csv or jsonl' },
      ...database,
    },
    load: () => import('./commands/sql.ts'),
  },
  {
    name: 'extract',
    words: 'BAK',
    summary: 'write the data files in a SQL Server backup to a folder',
    options: {
      out: { type: 'string', value: 'DIR', summary: 'target folder (required)' },
      force: { type: 'boolean', summary: 'replace existing files' },
      ...database,
    },
    load: () => import('./commands/extract.ts'),
  },
  {
    name: 'bench',
    words: 'JOB [IMAGE]',
    summary:
      'measure: `bench read` (whole disk to nowhere), `bench recover` (all files to nowhere), `bench express-full`',
    options: {
      volume,
      threads: { type: 'string', value: 'N', summary: '1 or 2' },
      size: { type: 'string', value: 'S', summary: 'express-full: size of the disk (1G)' },
      'change-rate': { type: 'string', value: 'R', summary: 'share of it written between two backups (2%)' },
      'block-mix': { type: 'string', value: 'MIX', summary: 'sizes of writes with weights (4k:50,16k:30,64k:20)' },
      locality: { type: 'string', value: 'L', summary: 'share of writes that go to one sixteenth of the disk (0.5)' },
      seed: { type: 'string', value: 'N', summary: 'the same seed makes the same work (1)' },
      workers: { type: 'string', value: 'W', summary: 'most threads; every number up to it is measured (2)' },
      rounds: { type: 'string', value: 'N', summary: 'backups of each kind (5)' },
      pool: { type: 'string', value: 'PATH', summary: 'folder on the file system to measure; it is left as it was' },
      ...parents,
    },
    load: () => import('./commands/bench.ts'),
  },
  {
    name: 'mount-vhd',
    words: 'PATH',
    summary: 'attach a disk (as in PowerShell: -ReadOnly, -NoDriveLetter, -Passthru); always read-only',
    raw: true,
    options: {},
    load: () => import('./commands/words.ts').then(({ word }) => word('mount-vhd')),
  },
  {
    name: 'dismount-vhd',
    words: 'PATH',
    summary: 'detach it, and take back what of it was exposed',
    raw: true,
    options: {},
    load: () => import('./commands/words.ts').then(({ word }) => word('dismount-vhd')),
  },
  {
    name: 'get-vhd',
    words: 'PATH',
    summary: 'show a disk as Get-VHD does',
    raw: true,
    options: {},
    load: () => import('./commands/words.ts').then(({ word }) => word('get-vhd')),
  },
  {
    name: 'test-vhd',
    words: 'PATH',
    summary: 'True when the disk and its parents hold; else what is wrong, and False',
    raw: true,
    options: {},
    load: () => import('./commands/words.ts').then(({ word }) => word('test-vhd')),
  },
  {
    name: 'mountvol',
    words: '[X: VOLUME]',
    summary: 'list volumes; show one at a letter or folder; /D takes it back, /L names it',
    raw: true,
    options: {},
    load: () => import('./commands/words.ts').then(({ word }) => word('mountvol')),
  },
  {
    name: 'vssadmin',
    words: 'list WHAT',
    summary: 'list shadows [/for=VOLUME] [/shadow=ID], shadowstorage, volumes, providers',
    raw: true,
    options: {},
    load: () => import('./commands/words.ts').then(({ word }) => word('vssadmin')),
  },
  {
    name: 'diskshadow',
    words: '[-s SCRIPT]',
    summary: 'the interpreter: list shadows, expose, unexpose',
    raw: true,
    options: {},
    load: () => import('./commands/words.ts').then(({ word }) => word('diskshadow')),
  },
  {
    name: 'scripting-config',
    words: 'ACTION FILE',
    summary: 'check or set the scripts that a DPM agent runs around a backup (ScriptingConfig.xml)',
    options: {
      datasource: { type: 'string', value: 'NAME', summary: 'set: the data source; for files its drive, C:' },
      pre: { type: 'string', value: 'PATH', summary: 'set: the script before the backup' },
      'pre-arguments': { type: 'string', value: 'TEXT', summary: 'set: its arguments' },
      post: { type: 'string', value: 'PATH', summary: 'set: the script after the backup' },
      'post-arguments': { type: 'string', value: 'TEXT', summary: 'set: its arguments' },
      timeout: { type: 'string', value: 'MINUTES', summary: 'set: after so long a script has failed' },
      'saved-as': { type: 'string', value: 'PATH', summary: 'check: where the script was saved' },
      protected: {
        type: 'string',
        value: 'PATH',
        summary: 'check: what is protected; its drive must be the data source',
      },
    },
    load: () => import('./commands/scripting-config.ts'),
  },
  {
    name: 'runbook',
    words: 'NAME',
    summary:
      'print a procedure with your own names, its rules judged: `runbook recover-dpmdb`; --execute does what needs no Windows',
    options: {
      ...state,
      storage: { type: 'string', value: 'mbs|legacy', summary: 'kind of storage pool (mbs unless said)' },
      version: { type: 'string', value: 'YEAR', summary: '2016, 2019, 2022 or 2025 (2019 unless said)' },
      pool: {
        type: 'string',
        multiple: true,
        value: 'ROOT',
        summary: 'look into this pool for names and rules (repeatable)',
      },
      at: { type: 'string', value: 'TIME', summary: 'the newest state captured at or before this time' },
      point: { type: 'string', value: 'GUID', summary: 'this recovery point' },
      execute: { type: 'boolean', summary: 'recover the database into --out' },
      out: { type: 'string', value: 'DIR', summary: 'target folder of --execute' },
    },
    load: () => import('./commands/runbook.ts'),
  },
  {
    name: 'mount',
    words: 'SOURCE... DIR',
    summary: 'show the files of an image, or of all points of a pool, below DIR, read-only (Linux)',
    options: {
      volume,
      ...shadow,
      ...state,
      at: { type: 'string', value: 'TIME', summary: 'of a pool only the newest state captured at or before this time' },
      point: { type: 'string', value: 'GUID', summary: 'of a pool only this recovery point' },
      latest: { type: 'boolean', summary: 'of a pool only the live replica' },
      'allow-other': { type: 'boolean', summary: 'let other users of this machine in' },
      idle: { type: 'string', value: 'SECONDS', summary: 'unmount when nothing was read for so long' },
      foreground: { type: 'boolean', summary: 'stay, and unmount on Ctrl-C' },
      ...parents,
    },
    load: () => import('./commands/mount.ts'),
  },
  {
    name: 'unmount',
    words: 'DIR...',
    summary: 'end mounts',
    options: { lazy: { type: 'boolean', summary: 'also while in use: it goes when the last one has left' } },
    load: () => import('./commands/unmount.ts'),
  },
  {
    name: 'mounts',
    words: '',
    summary: 'list the running mounts, and clean away what a crash has left',
    options: {},
    load: () => import('./commands/mounts.ts'),
  },
  {
    name: 'serve',
    words: 'KIND SOURCE...',
    summary: 'read-only: `serve nbd IMAGE` (its disk) or `serve webdav IMAGE|POOL` (its files)',
    options: {
      socket: { type: 'string', value: 'PATH', summary: 'Unix socket to listen on (nbd; 0600)' },
      port: { type: 'string', value: 'N', summary: 'port on loopback to listen on; 0: any' },
      since: {
        type: 'string',
        value: 'IMAGE',
        summary: 'also tell what differs from this image (nbd: a dirty bitmap)',
      },
      volume,
      ...shadow,
      ...state,
      at: { type: 'string', value: 'TIME', summary: 'webdav, of a pool: only the newest state at or before this time' },
      point: { type: 'string', value: 'GUID', summary: 'webdav, of a pool: only this recovery point' },
      latest: { type: 'boolean', summary: 'webdav, of a pool: only the live replica' },
      ...parents,
    },
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'doctor',
    words: '[PATH]',
    summary: 'show what this machine, and the file system of PATH, offer to pitvault',
    options: {},
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'completion',
    words: 'SHELL',
    summary: 'print a completion script for bash, zsh or fish',
    options: {},
    load: () => import('./commands/completion.ts'),
  },
];

/** The least and the most words the command takes. */
export function wordBounds(spec: CommandSpec): [least: number, most: number] {
  const words = spec.words.split(' ').filter((word) => word !== '');
  const least = words.filter((word) => !word.startsWith('[')).length;
  return [least, words.some((word) => word.includes('...')) ? Number.POSITIVE_INFINITY : words.length];
}
