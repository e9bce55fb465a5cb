/** `pitvault backup SOURCE --pool POOL --replica R` */

import { backup } from '../../backup/backup.ts';
import { takeChangeList } from '../../backup/change-list.ts';
import { printReport, replicaOption, withSource } from '../backup-job.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { startThreadAheadFor } from '../thread-ahead.ts';

export async function run(call: CommandCall): Promise<number> {
  const replica = replicaOption(call);
  const list = text(call.options, 'changes');
  if (list === undefined && text(call.options, 'threads') !== '1') startThreadAheadFor(call.words[0]!);
  const taken = list === undefined ? undefined : call.waiting(() => takeChangeList(list));
  return withSource(call, async (pool, source, job) => {
    const changes = taken?.(source.disk.size);
    return printReport(
      call,
      pool,
      await backup(pool, replica, source, { ...job, changes, shrink: flag(call.options, 'shrink') }),
    );
  });
}
