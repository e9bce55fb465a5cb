/** `pitvault backup SOURCE --pool POOL --replica R` */

import { backup } from '../../backup/backup.ts';
import { openChangeList } from '../../backup/change-list.ts';
import { printReport, replicaOption, withSource } from '../backup-job.ts';
import { type CommandCall, flag, text } from '../command.ts';

export async function run(call: CommandCall): Promise<number> {
  const replica = replicaOption(call);
  return withSource(call, async (pool, source, job) => {
    const list = text(call.options, 'changes');
    const changes = list === undefined ? undefined : openChangeList(list, source.disk.size);
    return printReport(
      call,
      pool,
      await backup(pool, replica, source, { ...job, changes, shrink: flag(call.options, 'shrink') }),
    );
  });
}
