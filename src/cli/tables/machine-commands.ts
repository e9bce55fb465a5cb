/** This machine: the commands, for help, completion and parsing. */

import type { CommandGroup } from '../command.ts';
import { parents, volume } from './options.ts';

export const MACHINE: CommandGroup = {
  title: 'This machine',
  commands: [
    {
      name: 'doctor',
      words: '[PATH]',
      summary: 'show what this machine, and the file system of PATH, offer to pitvault',
      options: {},
      load: () => import('../commands/doctor.ts'),
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
      load: () => import('../commands/bench.ts'),
    },
    {
      name: 'completion',
      words: 'SHELL',
      summary: 'print a completion script for bash, zsh or fish',
      options: {},
      load: () => import('../commands/completion.ts'),
    },
  ],
};
