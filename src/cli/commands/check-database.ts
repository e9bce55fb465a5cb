/** `pitvault check DB.mdf`: the health of a database. */

import { databaseHealth } from '../../database/health.ts';
import type { BadPage, DatabaseHealth } from '../../mdf/health.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { findingLine, json, line } from '../output.ts';

const BAD_PAGES_SHOWN = 50;

export async function checkDatabaseFile(call: CommandCall): Promise<number> {
  const { words, options, open, signal, progress } = call;
  const health = await databaseHealth(words[0]!, {
    ...open,
    log: text(options, 'log'),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  if (call.json) json({ image: words[0], ...health });
  else for (const each of healthLines(health)) line(each);
  return health.verdict === 'damaged' ? ExitCode.corrupt : ExitCode.ok;
}

/** The verdict first; then what it rests on. */
export function healthLines(health: DatabaseHealth): string[] {
  const { pages, log, badPages } = health;
  const lines = [`${health.database} (SQL Server ${health.product}): ${health.summary}`];
  const kinds = [
    pages.checksum > 0 ? `${pages.checksum} proved by checksum` : '',
    pages.tornBits > 0 ? `${pages.tornBits} by torn-page bits` : '',
    pages.unprotected > 0 ? `${pages.unprotected} without protection` : '',
    pages.bad > 0 ? `${pages.bad} bad` : '',
  ].filter((kind) => kind !== '');
  lines.push(`  ${pages.total} pages, ${pages.allocated} in use: ${kinds.join(', ')}`);
  if (log === null) lines.push('  its log was not beside it and was not looked at');
  else if (!log.holdsCheckpoint) lines.push(`  ${log.name}: does not hold the last checkpoint, so it is another log`);
  else {
    const after = log.nothingAfterCheckpoint === true ? 'nothing' : 'work that is not in the data file';
    lines.push(
      `  ${log.name}: holds the last checkpoint, and after it ${after} (${log.activeVirtualLogs} virtual logs active)`,
    );
  }
  for (const bad of badPages.slice(0, BAD_PAGES_SHOWN)) lines.push(`  ${badPageText(bad)}`);
  if (badPages.length > BAD_PAGES_SHOWN) lines.push(`  ... ${pages.bad - BAD_PAGES_SHOWN} more bad pages`);
  for (const finding of health.findings) lines.push(`  ${findingLine(finding)}`);
  return lines;
}

function badPageText({ page, offset, defect, owners }: BadPage): string {
  const owner = owners.length === 0 ? 'of no table that is known' : `of ${owners.join(', ')}`;
  return `bad page ${page} at ${offset}: ${defect}, ${owner}`;
}
