/** `pitvault extract BAK --out DIR` */

import { openDatabase } from '../../database/open-database.ts';
import { invalidArgument } from '../../errors.ts';
import { lsnText } from '../../mdf/boot-page.ts';
import { extractBackup } from '../../recovery/extract-backup.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { databaseOptions } from '../database-options.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { findingLine, json, line, note } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  const { words, options, signal, progress } = call;
  const out = text(options, 'out');
  if (out === undefined)
    throw invalidArgument('CLI_OUT_MISSING', 'extract needs a target folder', {
      hint: 'add --out DIR; it is created when missing',
    });
  await using handle = await openDatabase(words[0]!, databaseOptions(call));
  const { backup } = handle;
  const total = [...(backup?.files ?? []), ...(backup?.logs ?? [])].reduce((sum, { map }) => sum + map.size, 0);
  let done = 0;
  const files = await extractBackup(handle, out, {
    force: flag(options, 'force'),
    signal,
    onBytes: (bytes) => progress.update((done += bytes), total, words[0]!),
  });
  progress.end();
  const findings = backup?.media.flatMap((medium) => medium.findings) ?? [];
  for (const finding of findings) note(findingLine(finding));
  if (call.json) json({ backup: words[0], files, findings });
  else for (const file of files) line(`${file.path}: ${bytesText(file.size)}`);
  const checkpoint = lsnText(handle.database.boot.checkpointLsn);
  note(
    `the data files are as of the checkpoint ${checkpoint}; \`pitvault check\` tells whether work in the log follows it`,
  );
  if (files.some(({ kind }) => kind === 'log'))
    note(
      'the log holds what the backup has of it under a new file header: for check and for log readers, not for attaching; to get a database that SQL Server opens, restore the backup itself there',
    );
  else note('the backup says too little of its log to write one: only a restore on SQL Server replays it');
  const isWhole = files.every((file) => file.unreadable.length === 0);
  return isWhole && findings.every(({ severity }) => severity !== 'error') ? ExitCode.ok : ExitCode.partial;
}
