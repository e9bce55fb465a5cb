/** What mount and serve webdav show: an image, a pool, or one state of a pool. */

import { resolve } from 'node:path';
import { invalidArgument, notFound } from '../errors.ts';
import { openPool } from '../pool/scan-pool.ts';
import { choosePoint } from '../pool/storage-pool.ts';
import type { SourceOptions } from '../serve/served-tree.ts';
import { shadowChoice, timeOption } from './choose-volume.ts';
import { type CommandCall, flag, text } from './command.ts';
import { absoluteLocator } from './commands/mount.ts';
import { isPool, refusePoolOptions } from './is-pool.ts';
import { namedReplica } from './pool-names.ts';

/** What to show: an image, a pool, or of a pool the state that the options choose. */
export async function sourceOf(call: CommandCall, words: readonly string[]): Promise<SourceOptions> {
  const { options, open } = call;
  const roots = words.map(absoluteLocator);
  const { searchFolders, ignoreParentIdentity, ignoreDamagedLog, diffAreas, disks } = open; // what a thread can be told
  const plain = {
    searchFolders: searchFolders?.map((folder) => resolve(folder)),
    ignoreParentIdentity,
    ignoreDamagedLog,
    diffAreas: diffAreas?.map(absoluteLocator),
    disks: disks?.map(absoluteLocator),
  };
  const base = { volume: text(options, 'volume'), ...shadowChoice(options), open: plain };
  if (!(await isPool(roots, open))) {
    refusePoolOptions(call, roots[0]!);
    return { ...base, roots, isPool: false };
  }
  const chosen = ['at', 'point', 'latest'].some((name) => options[name] !== undefined);
  if (!chosen) return { ...base, roots, isPool: true };
  await using pool = await openPool(roots, open);
  const containers = pool.select(await namedReplica(pool, call, text(options, 'replica')));
  if (containers.length > 1) {
    throw invalidArgument('CLI_REPLICA', `the pool has ${containers.length} replicas`, {
      hint: `choose with --replica: ${containers.map(({ replicaId }) => replicaId).join(', ')}`,
    });
  }
  const point = await choosePoint(containers[0]!, {
    latest: flag(options, 'latest'),
    atMs: timeOption(options, 'at')?.getTime(),
    point: text(options, 'point'),
  });
  if (point.locator === null) throw notFound('POINT_DISK_MISSING', `recovery point ${point.id} has no disk0.vhdx`);
  return { ...base, roots: [point.locator], isPool: false };
}
