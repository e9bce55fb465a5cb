/** `pitvault repair IMAGE` */

import { repairImage } from '../../maintenance/repair-image.ts';
import type { RepairAction } from '../../vhdx/repair-vhdx.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

const WORDS: Readonly<Record<RepairAction['kind'], string>> = {
  'replay-log': 'the log, replayed into the file',
  'rewrite-identifier': 'the identifier, as every VHDX has it',
  'rewrite-header': 'a header, from the other one',
  'rewrite-region-table': 'a region table, from the other one',
};

export async function run({ words, options, json: asJson }: CommandCall): Promise<number> {
  const report = await repairImage(words[0]!, {
    dryRun: flag(options, 'dry-run'),
    dpmPool: flag(options, 'dpm-pool'),
    host: await hostFiles(),
  });
  if (asJson) json(report);
  else {
    const { image, applied, actions } = report;
    for (const { kind, offset, reason } of actions) line(`${WORDS[kind]} (at 0x${offset.toString(16)}: ${reason})`);
    if (actions.length === 0) line(`${image}: nothing to repair`);
    else line(`${image}: ${applied ? 'repaired' : 'nothing changed yet; without --dry-run this would be done'}`);
  }
  return ExitCode.ok;
}
