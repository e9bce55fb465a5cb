/** `pitvault versions SOURCE... PATH` */

import { isoTime } from '../../base/iso-time.ts';
import { openImage } from '../../image/image.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { type FileVersion, fileVersions, shadowVersions, type VersionOptions } from '../../recovery/file-versions.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { isPool, refusePoolOptions } from '../is-pool.ts';
import { json, line, note } from '../output.ts';
import { namedReplica } from '../pool-names.ts';

export async function run(call: CommandCall): Promise<number> {
  const { options, json: asJson, signal, progress } = call;
  const versions = await findVersions(call, {
    server: text(options, 'server'),
    replica: text(options, 'replica'),
    volume: text(options, 'volume'),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  if (asJson)
    json(
      versions.map(({ capturedMs, modifiedMs, ...version }) => ({
        ...version,
        capturedAt: isoTime(capturedMs),
        modified: isoTime(modifiedMs),
      })),
    );
  else for (const row of table(versions.map(asRow), [2])) line(row);
  const unreadable = versions.filter(({ state }) => state === 'unreadable');
  for (const { pointId, error } of unreadable) note(`warning: ${pointId} cannot be read: ${error}`);
  return unreadable.length > 0 ? ExitCode.partial : ExitCode.ok;
}

async function findVersions(call: CommandCall, options: VersionOptions): Promise<FileVersion[]> {
  const { words, open } = call;
  const path = words.at(-1)!;
  if (await isPool(words.slice(0, -1), open)) {
    await using pool = await openPool(words.slice(0, -1), open);
    return await fileVersions(pool, path, { ...options, ...(await namedReplica(pool, call, options.replica)) });
  }
  await using image = await openImage(words[0]!, open);
  refusePoolOptions(call, image.name);
  return await shadowVersions(image, path, options);
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
