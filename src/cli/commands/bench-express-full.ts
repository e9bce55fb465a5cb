/** `pitvault bench express-full --size S --change-rate R ...` */

import { tmpdir } from 'node:os';
import { benchExpressFull, type ExpressFullBench, type RoundsReport } from '../../bench/express-full.ts';
import { parseBlockMix } from '../../bench/workload.ts';
import { invalidArgument } from '../../errors.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

const UNITS = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;

export async function runExpressFull({ options, json: asJson, signal, progress }: CommandCall): Promise<number> {
  const result = await benchExpressFull({
    size: sizeOf(text(options, 'size') ?? '1G'),
    changeRate: share('change-rate', text(options, 'change-rate') ?? '2%'),
    blockMix: parseBlockMix(text(options, 'block-mix') ?? '4k:50,16k:30,64k:20'),
    locality: share('locality', text(options, 'locality') ?? '0.5'),
    seed: whole('seed', text(options, 'seed') ?? '1'),
    workers: workersOf(text(options, 'workers') ?? '2'),
    rounds: whole('rounds', text(options, 'rounds') ?? '5'),
    folder: text(options, 'pool') ?? tmpdir(),
    host: await hostFiles(),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  if (asJson) json(result);
  else print(result);
  return result.runs.some(({ differingBytes }) => differingBytes > 0) ? ExitCode.corrupt : ExitCode.ok;
}

function sizeOf(value: string): number {
  const match = /^(\d+)([kmgt]?)(?:i?b)?$/i.exec(value);
  if (match !== null) return Number(match[1]) * UNITS[match[2]!.toLowerCase() as keyof typeof UNITS];
  throw invalidArgument('CLI_BENCH_SIZE', `--size: "${value}" is no size`, { hint: 'write it like 512M or 4G' });
}

function workersOf(value: string): 1 | 2 {
  if (value === '1' || value === '2') return value === '1' ? 1 : 2;
  throw invalidArgument('CLI_BENCH_WORKERS', `--workers takes 1 or 2, not ${value}`, { hint: 'leave it out for 2' });
}

function share(name: string, value: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(value);
  if (match !== null) return Number(match[1]) / (match[2] === '%' ? 100 : 1);
  throw invalidArgument('CLI_BENCH_SHARE', `--${name}: "${value}" is no share`, { hint: 'write it like 0.02 or 2%' });
}

function whole(name: string, value: string): number {
  if (/^\d+$/.test(value) && Number(value) > (name === 'seed' ? -1 : 0)) return Number(value);
  throw invalidArgument('CLI_BENCH_NUMBER', `--${name}: "${value}" is no whole number above 0`, {
    hint: 'write it in digits',
  });
}

function print(result: ExpressFullBench): void {
  const { params, fileSystem, mode, native, fullCopy, runs, workDigest, writesPerRound } = result;
  const mix = params.blockMix.map(({ size, weight }) => `${bytesText(size)}:${weight}`).join(', ');
  line(
    `disk of ${bytesText(params.size)}, ${Number((100 * params.changeRate).toPrecision(6))} % written a round in ${writesPerRound} writes (${mix})`,
  );
  line(`locality ${params.locality}, seed ${params.seed}, work ${workDigest}`);
  const how = mode === 'clone' ? 'clones: the file system shares blocks' : 'chains of differencing disks';
  line(`file system: ${fileSystem ?? 'not known'}; points are ${how}; native functions: ${native}`);
  line(`baseline, a full copy: ${rate(fullCopy.bytesPerSecond)}, ${fullCopy.ms.toFixed(0)} ms`);
  line();
  const rows = [['workers', 'job', 'ms', 'scanned', 'changed', 'writes/s', 'of a full copy']];
  for (const { workers, initialReplica, scan, changeList } of runs) {
    rows.push([
      String(workers),
      'initial replica',
      initialReplica.ms.toFixed(0),
      rate(initialReplica.bytesPerSecond),
      '',
      '',
      times(initialReplica.ms, fullCopy.ms),
    ]);
    for (const [job, report] of [
      ['express full, by fingerprints', scan],
      ['express full, change list', changeList],
    ] as const) {
      rows.push([String(workers), job, ...roundCells(report), times(report.ms / report.rounds, fullCopy.ms)]);
    }
  }
  for (const row of table(rows, [2, 3, 4, 5, 6])) line(row);
  line();
  for (const { workers, derive, spaceAmplification, differingBytes } of runs) {
    const proof =
      differingBytes === 0 ? 'replica equals source' : `WRONG: ${differingBytes} bytes differ from the source`;
    line(
      `${workers} worker${workers > 1 ? 's' : ''}: derive and publish p50 ${derive.p50Ms.toFixed(1)} ms, p99 ${derive.p99Ms.toFixed(1)} ms; space ${spaceAmplification.toFixed(2)} for each byte changed; ${proof}`,
    );
  }
  const [one, two] = runs;
  if (one !== undefined && two !== undefined)
    line(`scaling from 1 to 2 workers, by fingerprints: ${(one.scan.ms / two.scan.ms).toFixed(2)}`);
  line('this measures pitvault on this machine; it says nothing about DPM');
}

function roundCells({ ms, rounds, scannedPerSecond, changedPerSecond, writesPerSecond }: RoundsReport): string[] {
  return [(ms / rounds).toFixed(0), rate(scannedPerSecond), rate(changedPerSecond), String(writesPerSecond)];
}

function rate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e6).toFixed(bytesPerSecond < 1e7 ? 1 : 0)} MB/s`;
}

function times(ms: number, reference: number): string {
  return `${(ms / reference).toFixed(2)} x`;
}
