/** Databases and names: the commands, for help, completion and parsing. */

import type { CommandGroup } from '../command.ts';
import { database, names } from './options.ts';

export const DATABASE: CommandGroup = {
  title: 'Databases and names',
  commands: [
    {
      name: 'catalog',
      words: 'POOL...',
      summary: 'give every replica its name: join the DPM database with what is in the pool',
      options: { ...names },
      bounded: true,
      load: () => import('../commands/catalog.ts'),
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
      bounded: true,
      load: () => import('../commands/evidence.ts'),
    },
    {
      name: 'tables',
      words: 'DB',
      summary: 'list the tables of a SQL Server database, read without a server',
      options: {
        system: { type: 'boolean', summary: "the catalog's own tables too" },
        ...database,
      },
      load: () => import('../commands/tables.ts'),
    },
    {
      name: 'dump',
      words: 'DB TABLE',
      summary: 'write the rows of a table to standard output',
      prints: true,
      options: {
        format: { type: 'string', value: 'F', summary: 'csv (the default) or jsonl' },
        columns: { type: 'string', value: 'A,B', summary: 'only these columns' },
        ...database,
      },
      load: () => import('../commands/dump.ts'),
    },
    {
      name: 'sql',
      words: 'DB [STATEMENT]',
      summary: 'run a select, or a script of them, over a database',
      prints: true,
      options: {
        script: { type: 'string', value: 'FILE', summary: 'read the statements from this file (-: standard input)' },
        server: { type: 'string', value: 'NAME', summary: "what to put for the placeholder in the article's scripts" },
        format: { type: 'string', value: 'F', summary: 'table (the default), csv or jsonl' },
        memory: { type: 'string', value: 'SIZE', summary: 'what sorting, joins and distinct may hold (default: 40M)' },
        ...database,
      },
      bounded: true,
      load: () => import('../commands/sql.ts'),
    },
    {
      name: 'extract',
      words: 'BAK',
      summary: 'write the files in a SQL Server backup to a folder: the data, and the log as far as it is there',
      options: {
        out: { type: 'string', value: 'DIR', summary: 'target folder (required)' },
        force: { type: 'boolean', summary: 'replace existing files' },
        ...database,
      },
      load: () => import('../commands/extract.ts'),
    },
    {
      name: 'dpm-version',
      words: 'DB',
      summary: 'show which DPM and update rollup a DPM database belongs to',
      options: {
        target: { type: 'string', value: 'BUILD', summary: 'the build it shall be restored to: must be the same' },
        ...database,
      },
      load: () => import('../commands/dpm-version.ts'),
    },
    {
      name: 'tapes',
      words: 'DB',
      summary: 'the tape card: which tapes hold the DPM database',
      options: { ...database },
      load: () => import('../commands/tapes.ts'),
    },
    {
      name: 'sql-script',
      words: 'NAME',
      summary: 'print a script to run on a living DPMDB: locate, version or tapes',
      options: { version: { type: 'string', value: 'V', summary: '2016, 2019, 2022 or 2025 (the default)' } },
      load: () => import('../commands/sql-script.ts'),
    },
  ],
};
