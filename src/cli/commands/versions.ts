/** `pitvault versions SOURCE... PATH` */

import { openPool } from '../../pool/scan-pool.ts';
import { type FileVersion, fileVersions } from '../../recovery/file-versions.ts';
import { isoTime } from '../../recovery/report.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { json, line } from '../output.ts';

export async function run({ words, options, json: asJson, open, signal, progress }: CommandCall): Promise<number> {
  const path = words.at(-1)!;
  await using pool = await openPool(words.slice(0, -1), open);
  const versions = await fileVersions(pool, path, {
    server: text(options, 'server'),
    replica: text(options, 'replica'),
    volume: text(options, 'volume'),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  if (asJson)
    json(
      versions.map((version) => ({
        ...version,
        capturedAt: isoTime(version.capturedMs),
        modified: isoTime(version.modifiedMs),
      })),
    );
  else for (const row of table(versions.map(asRow), [2])) line(row);
  return ExitCode.ok;
}

function asRow(version: FileVersion): string[] {
  return [
    timeText(version.capturedMs),
    version.isReplica ? 'live' : version.pointId,
    version.size === null ? '-' : bytesText(version.size),
    timeText(version.modifiedMs),
    version.how === null ? version.state : `${version.state} (by ${version.how})`,
  ];
}
