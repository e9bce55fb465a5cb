/** Make and change disk images: the commands, for help, completion and parsing. */

import type { CommandGroup, OptionSpec } from '../command.ts';
import { newFile, parents } from './options.ts';

const dpmPool: Readonly<Record<string, OptionSpec>> = {
  'dpm-pool': { type: 'boolean', summary: 'also a disk in a pool that DPM keeps' },
};

export const IMAGE: CommandGroup = {
  title: 'Make and change disk images',
  commands: [
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
      load: () => import('../commands/create.ts'),
    },
    {
      name: 'convert',
      words: 'IMAGE OUT',
      summary: 'write the disk as VHDX, VHD (by the extension of OUT) or sparse raw image',
      options: {
        type: { type: 'string', value: 'TYPE', summary: 'dynamic (the default of VHDX and VHD), fixed, or raw' },
        block: {
          type: 'string',
          value: 'S',
          summary: 'block size of a VHDX (default: as the source has it; of a fixed one 32M)',
        },
        ...newFile,
        salvage: { type: 'boolean', summary: 'write zeros where the source cannot be read' },
        sync: { type: 'boolean', summary: 'fsync a raw result (others always are)' },
        ...parents,
      },
      load: () => import('../commands/convert.ts'),
    },
    {
      name: 'merge',
      words: 'CHILD',
      summary: "write what a differencing VHDX holds into its parent's file",
      options: {
        search: parents['search']!,
        ...dpmPool,
        force: { type: 'boolean', summary: 'merge though other disks differ from the same parent, which loses them' },
      },
      load: () => import('../commands/merge.ts'),
    },
    {
      name: 'repair',
      words: 'IMAGE',
      summary: 'replay the log of a VHDX into its file; rewrite identifier, headers and region tables that are lost',
      options: { ...dpmPool, 'dry-run': { type: 'boolean', summary: 'say what would be done, and change nothing' } },
      load: () => import('../commands/repair.ts'),
    },
    {
      name: 'compact',
      words: 'IMAGE',
      summary: 'give back what the file of a VHDX occupies for nothing',
      options: {
        ...dpmPool,
        quick: { type: 'boolean', summary: 'do not read blocks to find those that hold zeros only' },
      },
      load: () => import('../commands/compact.ts'),
    },
    {
      name: 'resize',
      words: 'IMAGE',
      summary: 'change the size of the disk in a VHDX',
      options: {
        size: { type: 'string', value: 'S', summary: 'the new size (required)' },
        ...dpmPool,
        force: {
          type: 'boolean',
          summary: 'cut off what lies behind a smaller end; leave children in the same folder behind',
        },
      },
      load: () => import('../commands/resize.ts'),
    },
  ],
};
