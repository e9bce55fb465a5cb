/** `pitvault protect SOURCE --pool POOL` */

import { basename } from 'node:path';
import { modeFor } from '../../backup/pool-on-disk.ts';
import { protect, requireName } from '../../backup/protect.ts';
import { parseGuid } from '../../base/guid.ts';
import { invalidArgument } from '../../errors.ts';
import { printReport, withSource } from '../backup-job.ts';
import { type CommandCall, flag, text } from '../command.ts';

export async function run(call: CommandCall): Promise<number> {
  const { options, words } = call;
  const mode = text(options, 'mode');
  if (mode !== undefined && mode !== 'clone' && mode !== 'chain') {
    throw invalidArgument('CLI_MODE', `unknown mode "${mode}"`, {
      hint: 'clone or chain; by default what fits the pool',
    });
  }
  const asked = text(options, 'replica');
  const replicaId = asked === undefined ? undefined : parseGuid(asked);
  if (replicaId === null) throw invalidArgument('CLI_REPLICA', `"${asked}" is no GUID`);
  const depth = text(options, 'depth');
  const depthMax = depth === undefined ? undefined : Number(depth);
  if (depthMax !== undefined && !(Number.isInteger(depthMax) && depthMax >= 1 && depthMax <= 256)) {
    throw invalidArgument('CLI_DEPTH', `depth: expected 1 to 256, found "${depth}"`);
  }
  const name = text(options, 'name') ?? (words[0] === '-' ? 'stream' : basename(words[0]!));
  requireName(name); // before a stream is read, or the file system is tried
  return withSource(call, async (pool, source, job) => {
    const made = { name, replicaId, depthMax, mode: modeFor(pool, mode), restart: flag(options, 'restart') };
    const report = await protect(pool, source, { ...job, ...made });
    return printReport(call, pool, report);
  });
}
