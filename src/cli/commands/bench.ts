/** `pitvault bench read|recover [IMAGE]`, `pitvault bench express-full` */

import { existsSync } from 'node:fs';
import { CopyEngine } from '../../copy/copy-engine.ts';
import { HostHoleMap } from '../../copy/host-holes.ts';
import { invalidArgument } from '../../errors.ts';
import { type Image, openImage } from '../../image/image.ts';
import type { AddressMap } from '../../map/address-map.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, durationText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

/** Where `npm run bench` leaves its reference image. */
const REFERENCE_IMAGE = 'bench/out/v1.vhdx';

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson, open, signal, progress } = call;
  if (words[0] === 'express-full') {
    const { runExpressFull } = await import('./bench-express-full.ts');
    return await runExpressFull(call);
  }
  const job = words[0];
  if (job !== 'read' && job !== 'recover') {
    throw invalidArgument('CLI_BENCH_JOB', `unknown job "${job}"`, {
      hint: 'bench read IMAGE, bench recover IMAGE, or bench express-full',
    });
  }
  const threads = text(options, 'threads') ?? '2';
  if (threads !== '1' && threads !== '2')
    throw invalidArgument('CLI_BENCH_THREADS', `--threads takes 1 or 2, not ${threads}`, {
      hint: 'leave it out for 2',
    });
  if (words[1] === undefined && !existsSync(REFERENCE_IMAGE)) {
    throw invalidArgument('CLI_BENCH_IMAGE', 'no image named, and the reference image is not here', {
      hint: `name an image, or make ${REFERENCE_IMAGE} with: npm run bench`,
    });
  }
  await using image = await openImage(words[1] ?? REFERENCE_IMAGE, open);
  await using engine = new CopyEngine({ threads: threads === '1' ? 1 : 2 });
  const started = performance.now();
  let [files, size, payload] = [0, 0, 0];
  // What the host stores nowhere is not read, as `convert` does it.
  for (const map of job === 'read'
    ? [new HostHoleMap(image.disk, await hostFiles())]
    : fileMaps(image, text(options, 'volume'))) {
    const outcome = await engine.copy(map, {
      target: null,
      signal,
      onBytes: (bytes) => progress.update((size += bytes), image.disk.size, job),
    });
    payload += outcome.payloadBytes;
    files++;
  }
  const ms = performance.now() - started;
  progress.end();
  const rate = Math.round(payload / (ms / 1000));
  const peak = process.resourceUsage().maxRSS * 1024;
  if (asJson)
    json({
      job,
      image: image.name,
      threads: Number(threads),
      files,
      size,
      payloadBytes: payload,
      ms,
      bytesPerSecond: rate,
      peakMemory: peak,
    });
  else {
    const what = job === 'read' ? bytesText(size) : `${files} files`;
    line(
      `${job}: ${what}, ${bytesText(payload)} moved in ${durationText(ms)}: ${bytesText(rate)}/s, ${threads} threads, peak memory ${bytesText(peak)}`,
    );
  }
  return ExitCode.ok;
}

function* fileMaps(image: Image, volume: string | undefined): Iterable<AddressMap> {
  const fileSystem = image.volume(volume).requireFileSystem();
  for (const entry of fileSystem.scan()) {
    if (entry.kind === 'file' && fileSystem.obstacle(entry) === null) yield fileSystem.open(entry);
  }
}
