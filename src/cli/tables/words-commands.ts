/** The admin's own words: the commands, for help, completion and parsing. */

import type { CommandGroup } from '../command.ts';
import { state } from './options.ts';

export const WORDS: CommandGroup = {
  title: "The admin's own words",
  commands: [
    {
      name: 'mount-vhd',
      words: 'PATH',
      summary: 'attach a disk (as in PowerShell: -ReadOnly, -NoDriveLetter, -Passthru); always read-only',
      raw: true,
      options: {},
      load: () => import('../commands/words.ts').then(({ word }) => word('mount-vhd')),
    },
    {
      name: 'dismount-vhd',
      words: 'PATH',
      summary: 'detach it, and take back what of it was exposed',
      raw: true,
      options: {},
      load: () => import('../commands/words.ts').then(({ word }) => word('dismount-vhd')),
    },
    {
      name: 'get-vhd',
      words: 'PATH',
      summary: 'show a disk as Get-VHD does',
      raw: true,
      options: {},
      load: () => import('../commands/words.ts').then(({ word }) => word('get-vhd')),
    },
    {
      name: 'test-vhd',
      words: 'PATH',
      summary: 'True when the disk and its parents hold; else what is wrong, and False',
      raw: true,
      options: {},
      load: () => import('../commands/words.ts').then(({ word }) => word('test-vhd')),
    },
    {
      name: 'mountvol',
      words: '[X: VOLUME]',
      summary: 'list volumes; show one at a letter or folder; /D takes it back, /L names it',
      raw: true,
      options: {},
      load: () => import('../commands/words.ts').then(({ word }) => word('mountvol')),
    },
    {
      name: 'vssadmin',
      words: 'list WHAT',
      summary: 'list shadows [/for=VOLUME] [/shadow=ID], shadowstorage, volumes, providers',
      raw: true,
      options: {},
      load: () => import('../commands/words.ts').then(({ word }) => word('vssadmin')),
    },
    {
      name: 'diskshadow',
      words: '[-s SCRIPT]',
      summary: 'the interpreter: list shadows, expose, unexpose',
      raw: true,
      options: {},
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
      load: () => import('../commands/runbook.ts'),
    },
  ],
};
