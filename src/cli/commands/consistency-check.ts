/** `pitvault consistency-check SOURCE --pool POOL --replica R` */

import { consistencyCheck } from '../../backup/backup.ts';
import { printReport, replicaOption, withSource } from '../backup-job.ts';
import { type CommandCall, flag } from '../command.ts';

export async function run(call: CommandCall): Promise<number> {
  const replica = replicaOption(call);
  return withSource(call, async (pool, source, job) =>
    printReport(
      call,
      pool,
      await consistencyCheck(pool, replica, source, { ...job, shrink: flag(call.options, 'shrink') }),
    ),
  );
}
