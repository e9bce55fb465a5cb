/** Look and recover: the commands, for help, completion and parsing. */

import type { CommandGroup } from '../command.ts';
import { database, moment, names, parents, shadow, state, volume } from './options.ts';

export const READING: CommandGroup = {
  title: 'Look and recover',
  commands: [
    {
      name: 'scan',
      words: 'ROOT...',
      summary: 'show the servers, replicas and recovery points of a pool',
      options: {
        names: { type: 'boolean', summary: 'show the names that the DPM database has for the replicas' },
        ...names,
      },
      load: () => import('../commands/scan.ts'),
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
      load: () => import('../commands/recover.ts'),
    },
    {
      name: 'info',
      words: 'IMAGE',
      summary: 'show container, chain, log, copies used, partitions and volumes',
      options: { ...parents },
      load: () => import('../commands/info.ts'),
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
      load: () => import('../commands/check.ts'),
    },
    {
      name: 'ls',
      words: 'SOURCE [PATH]',
      summary: 'list files of an image, or of a replica in a pool',
      prints: true,
      options: {
        long: { type: 'boolean', short: 'l', summary: 'sizes, times, attributes' },
        recursive: { type: 'boolean', short: 'R', summary: 'everything below' },
        streams: { type: 'boolean', summary: "alternate streams too, and the listed folder's own" },
        ...state,
        ...moment,
        volume,
        ...shadow,
        ...parents,
      },
      load: () => import('../commands/ls.ts'),
    },
    {
      name: 'cat',
      words: 'IMAGE PATH',
      summary: 'write a file, or a stream of it (/a/b.txt:stream), to standard output',
      prints: true,
      options: { volume, ...shadow, ...parents },
      load: () => import('../commands/cat.ts'),
    },
    {
      name: 'hash',
      words: 'IMAGE [PATH]',
      summary: 'SHA-256 of a file, a volume (--volume) or the virtual disk',
      options: { volume, ...shadow, ...parents },
      bounded: true,
      load: () => import('../commands/hash.ts'),
    },
    {
      name: 'map',
      words: 'IMAGE',
      summary: 'show where every byte of the virtual disk, or of a volume (--volume), lives',
      prints: true,
      options: { volume, ...shadow, ...parents },
      load: () => import('../commands/map.ts'),
    },
    {
      name: 'versions',
      words: 'SOURCE... PATH',
      summary:
        'list one file over all points of a replica, or all shadow copies of an image: time, size, changed or same',
      options: { ...state, volume, ...parents },
      load: () => import('../commands/versions.ts'),
    },
    {
      name: 'diff',
      words: 'A [B]',
      summary:
        'show what differs between two disks, or shadow copies of a volume, without reading what is known to be equal',
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
        volume,
        ...shadow,
        'to-shadow': {
          type: 'string',
          value: 'ID|N',
          summary: 'of B this shadow copy; without it B is the volume as it is now. Without B, A is meant',
        },
        'to-shadow-at': {
          type: 'string',
          value: 'TIME',
          summary: 'of B the newest shadow copy made at or before this time',
        },
        ...parents,
      },
      bounded: true,
      load: () => import('../commands/diff.ts'),
    },
  ],
};
