/** A pool of your own: the commands, for help, completion and parsing. */

import type { CommandGroup } from '../command.ts';
import { advance, job, kept, state } from './options.ts';

export const POOL: CommandGroup = {
  title: 'A pool of your own',
  commands: [
    {
      name: 'init',
      words: 'POOL',
      summary: 'make a folder a pool in which pitvault keeps replicas and recovery points',
      options: {
        server: { type: 'string', value: 'FQDN', summary: 'DPM server whose replicas it will hold (required)' },
      },
      load: () => import('../commands/init.ts'),
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
        restart: {
          type: 'boolean',
          summary: 'remove what an interrupted run under this name has left, and start anew',
        },
      },
      bounded: true,
      load: () => import('../commands/protect.ts'),
    },
    {
      name: 'backup',
      words: 'SOURCE',
      summary: 'express full: the replica becomes a recovery point, the source the replica',
      options: {
        ...advance,
        changes: {
          type: 'string',
          value: 'FILE',
          summary: 'what has changed: ranges as JSON, a bitmap, or a differencing disk; else blocks are compared',
        },
      },
      bounded: true,
      load: () => import('../commands/backup.ts'),
    },
    {
      name: 'consistency-check',
      words: 'SOURCE',
      summary: 'compare source and replica byte by byte and repair what differs',
      options: advance,
      bounded: true,
      load: () => import('../commands/consistency-check.ts'),
    },
    {
      name: 'points',
      words: 'POOL',
      summary: 'list the replicas and recovery points that pitvault keeps in a pool',
      options: { ...kept, usage: { type: 'boolean', summary: 'what each point costs, and what pruning would free' } },
      bounded: true,
      load: () => import('../commands/points.ts'),
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
      bounded: true,
      load: () => import('../commands/verify.ts'),
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
        wait: { type: 'string', value: 'SECONDS', summary: 'with --apply: for whoever reads what is to go (60)' },
        'dpm-pool': { type: 'boolean', summary: 'with --apply: also in a pool that DPM keeps' },
      },
      bounded: true,
      load: () => import('../commands/prune.ts'),
    },
  ],
};
