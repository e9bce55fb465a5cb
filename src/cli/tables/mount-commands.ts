/** Mount and serve: the commands, for help, completion and parsing. */

import type { CommandGroup } from '../command.ts';
import { moment, parents, shadow, state, volume } from './options.ts';

export const MOUNT: CommandGroup = {
  title: 'Mount and serve',
  commands: [
    {
      name: 'mount',
      words: 'SOURCE... DIR',
      summary: 'show the files of an image, or of all points of a pool, below DIR, read-only (Linux)',
      options: {
        volume,
        ...shadow,
        ...state,
        ...moment,
        'allow-other': { type: 'boolean', summary: 'let other users of this machine in' },
        idle: { type: 'string', value: 'SECONDS', summary: 'unmount when nothing was read for so long' },
        foreground: { type: 'boolean', summary: 'stay, and unmount on Ctrl-C' },
        ...parents,
      },
      load: () => import('../commands/mount.ts'),
    },
    {
      name: 'unmount',
      words: 'DIR...',
      summary: 'end mounts',
      options: { lazy: { type: 'boolean', summary: 'also while in use: it goes when the last one has left' } },
      load: () => import('../commands/unmount.ts'),
    },
    {
      name: 'mounts',
      words: '',
      summary: 'list the running mounts, and clean away what a crash has left',
      options: {},
      load: () => import('../commands/mounts.ts'),
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
        ...moment,
        ...parents,
      },
      load: () => import('../commands/serve.ts'),
    },
  ],
};
