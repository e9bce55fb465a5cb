/** The admin's own words: the commands, for help, completion and parsing. */

import type { CommandGroup, OptionSpec } from '../command.ts';
import { parents, state, volume } from './options.ts';

// Options of the words are spelled as Windows spells them; in any case, and PowerShell's may be cut short.
const path: OptionSpec = { type: 'string', value: 'PATH', summary: 'the disk, with or without the word -Path' };
const image: OptionSpec = {
  type: 'string',
  multiple: true,
  value: 'IMAGE|POOL',
  summary: 'read these too, besides the attached disks (repeatable)',
};

export const WORDS: CommandGroup = {
  title: "The admin's own words",
  commands: [
    {
      name: 'mount-vhd',
      words: 'PATH',
      summary: 'attach a disk (as in PowerShell: -ReadOnly, -NoDriveLetter, -Passthru); always read-only',
      raw: true,
      options: {
        '-Path': path,
        '-ReadOnly': { type: 'boolean', summary: 'as it is attached in any case' },
        '-NoDriveLetter': { type: 'boolean', summary: 'as it is attached in any case: mountvol gives letters' },
        '-Passthru': { type: 'boolean', summary: 'show the disk as Get-VHD does' },
      },
      load: () => import('../commands/words.ts').then(({ word }) => word('mount-vhd')),
    },
    {
      name: 'dismount-vhd',
      words: 'PATH',
      summary: 'detach it, and take back what of it was exposed',
      raw: true,
      options: {
        '-Path': path,
        '-DiskNumber': { type: 'string', value: 'N', summary: 'the disk of this number, in the place of PATH' },
        '-Passthru': { type: 'boolean', summary: 'show the disk as Get-VHD does' },
        '-Confirm': { type: 'boolean', summary: 'taken, and nothing is asked' },
      },
      load: () => import('../commands/words.ts').then(({ word }) => word('dismount-vhd')),
    },
    {
      name: 'get-vhd',
      words: 'PATH',
      summary: 'show a disk as Get-VHD does',
      raw: true,
      options: { '-Path': path },
      load: () => import('../commands/words.ts').then(({ word }) => word('get-vhd')),
    },
    {
      name: 'test-vhd',
      words: 'PATH',
      summary: 'True when the disk and its parents hold; else what is wrong, and False',
      raw: true,
      options: {
        '-Path': path,
        '-SupportPersistentReservations': { type: 'boolean', summary: 'taken; it tells of shared disks only' },
      },
      load: () => import('../commands/words.ts').then(({ word }) => word('test-vhd')),
    },
    {
      name: 'mountvol',
      words: '[X: VOLUME]',
      summary: 'list volumes; show one at a letter or folder; /D takes it back, /L names it',
      raw: true,
      options: {
        '/D': { type: 'boolean', summary: 'take back the volume at this letter or folder' },
        '/L': { type: 'boolean', summary: 'print the name of the volume there' },
        '--image': image,
      },
      load: () => import('../commands/words.ts').then(({ word }) => word('mountvol')),
    },
    {
      name: 'vssadmin',
      words: 'list WHAT',
      summary: 'list shadows [/for=VOLUME] [/shadow=ID], shadowstorage, volumes, providers',
      raw: true,
      options: {
        '/for=': { type: 'string', value: 'VOLUME', summary: 'shadows, shadowstorage: of this volume' },
        '/on=': { type: 'string', value: 'VOLUME', summary: 'shadowstorage: on this volume' },
        '/shadow=': { type: 'string', value: 'ID', summary: 'shadows: this shadow copy' },
        '/set=': { type: 'string', value: 'ID', summary: 'shadows: those of this set' },
        '--image': image,
      },
      load: () => import('../commands/words.ts').then(({ word }) => word('vssadmin')),
    },
    {
      name: 'diskshadow',
      words: '[-s SCRIPT]',
      summary: 'the interpreter: list shadows, expose, unexpose; in a pool of pitvault create and delete',
      raw: true,
      options: {
        '-s': { type: 'string', value: 'SCRIPT', summary: 'run these lines, up to the first that fails' },
        '-l': { type: 'string', value: 'FILE', summary: 'write what is printed behind this file too' },
        '--image': image,
        '--allow-exec': { type: 'boolean', summary: 'let exec run programs' },
        '--allow-delete': { type: 'boolean', summary: 'let delete remove points of a pool that pitvault keeps' },
      },
      load: () => import('../commands/words.ts').then(({ word }) => word('diskshadow')),
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
      load: () => import('../commands/scripting-config.ts'),
    },
    {
      name: 'runbook',
      words: 'NAME',
      summary:
        'print a procedure with your own names, its rules judged: `recover-dpmdb`, `native-backup`; --execute does what can be done here',
      options: {
        ...state,
        'diff-area': parents['diff-area']!,
        image: { type: 'string', value: 'IMAGE', summary: 'legacy storage: the disk of the replica volume' },
        volume,
        storage: { type: 'string', value: 'mbs|legacy', summary: 'kind of storage pool (mbs unless said)' },
        version: { type: 'string', value: 'YEAR', summary: '2016, 2019, 2022 or 2025 (2019 unless said)' },
        pool: {
          type: 'string',
          multiple: true,
          value: 'ROOT',
          summary: 'look into this pool for names and rules (repeatable)',
        },
        at: { type: 'string', value: 'TIME', summary: 'the newest state captured at or before this time' },
        point: { type: 'string', value: 'GUID', summary: 'this recovery point, or shadow copy of legacy storage' },
        database: { type: 'string', value: 'NAME', summary: 'DPMDB, as SQL Server lists it' },
        'sql-server': {
          type: 'string',
          value: 'NAME',
          summary: 'where it is, or shall be, if not on the DPM server',
        },
        instance: { type: 'string', value: 'NAME', summary: 'instance of SQL Server (empty: the default one)' },
        folder: { type: 'string', value: 'PATH', summary: 'native-backup: folder of the backup (C:\\DPMBACKUP)' },
        timeout: {
          type: 'string',
          value: 'MINUTES',
          summary: 'native-backup: after so long the script has failed (120)',
        },
        config: { type: 'string', value: 'FILE', summary: 'native-backup: ScriptingConfig.xml as it is now' },
        execute: { type: 'boolean', summary: 'recover the database, or write the files, into --out' },
        out: { type: 'string', value: 'DIR', summary: 'target folder of --execute' },
      },
      load: () => import('../commands/runbook.ts'),
    },
  ],
};
