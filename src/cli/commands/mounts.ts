/** `pitvault mounts` */

import { leftoverText, runningMounts } from '../../serve/mount-records.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { table, timeText } from '../format.ts';
import { json, line, note } from '../output.ts';

export async function run({ json: asJson }: CommandCall): Promise<number> {
  const mounts = runningMounts((...leftover) => note(leftoverText(...leftover)));
  if (asJson) json(mounts.map(({ directory, source, since, process: { pid } }) => ({ directory, source, since, pid })));
  else {
    const rows = mounts.map(({ directory, source, since, process: { pid } }) => [
      directory,
      source.join(', '),
      timeText(Date.parse(since)),
      `process ${pid}`,
    ]);
    for (const row of table(rows)) line(row);
  }
  return ExitCode.ok;
}
