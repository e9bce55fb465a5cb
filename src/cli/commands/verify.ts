/** `pitvault verify POOL|IMAGE` */

import { existsSync } from 'node:fs';
import { findingOf, type StorageError } from '../../errors.ts';
import { DiskStore } from '../../io/disk-store.ts';
import type { HostFiles } from '../../io/host-files.ts';
import type { DamageLog } from '../../verify/damage-log.ts';
import type { MendReport } from '../../verify/repair.ts';
import { type VerifyReport, verify } from '../../verify/verify.ts';
import type { StateReport } from '../../verify/verify-container.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { ExitCode, exitCodeOf } from '../exit-code.ts';
import { bytesText, timeText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { findingLine, json, line } from '../output.ts';
import { startThreadAheadFor } from '../thread-ahead.ts';

const BLOCKS_SHOWN = 20;
const FILES_SHOWN = 20;

export async function run({ words, options, json: asJson, signal, progress }: CommandCall): Promise<number> {
  startThreadAheadFor(words[0]!);
  const host = await hostFiles();
  const other = text(options, 'repair-from');
  const mends = (other !== undefined || flag(options, 'seal')) && existsSync(words[0]!);
  const mending = mends ? await mendingOf(words[0]!, host) : null;
  if (other !== undefined) await mending?.requireSource(other, signal);
  let report = await verify(words[0]!, {
    host,
    seal: flag(options, 'seal'),
    replica: text(options, 'replica'),
    signal,
    onProgress: progress.count,
  });
  let repair: MendReport | null = null;
  let unkept: readonly StorageError[] = [];
  if (mending !== null) {
    const { pool, keepSeals, repairReported } = mending;
    if (other !== undefined) repair = await repairReported(pool, report, other, signal);
    if (flag(options, 'seal')) unkept = keepSeals(pool, report);
    report = { ...report, findings: [...report.findings, ...unkept.map(findingOf)] };
  }
  progress.end();
  if (asJson) json(repair === null ? report : { ...report, repair });
  else print(report, repair);
  const { damagedBlocks, errors } = report.totals;
  const isDamaged = repair === null ? damagedBlocks > 0 : repair.left.length > 0;
  if (isDamaged || errors > 0 || hasBrokenSeal(report)) return ExitCode.corrupt;
  return unkept[0] === undefined ? ExitCode.ok : exitCodeOf(unkept[0].kind);
}

/** What may write to the pool in which the target lies; throws where pitvault keeps none. */
async function mendingOf(target: string, host: HostFiles) {
  const { openReplicaPool } = await import('../../backup/pool-on-disk.ts');
  const { keepSeals, poolRootOf, repairReported } = await import('../../verify/mend.ts');
  const { requireSource } = await import('../../verify/repair.ts');
  const pool = openReplicaPool(poolRootOf(new DiskStore(), target), host);
  return { pool, keepSeals, repairReported, requireSource };
}

function hasBrokenSeal({ containers }: VerifyReport): boolean {
  return containers.some(({ states }) => states.some(({ seal }) => seal?.state === 'broken'));
}

function print({ target, containers, findings, totals }: VerifyReport, repair: MendReport | null): void {
  for (const { container, states, damage } of containers) {
    line(container);
    for (const state of states) if (!isPlain(state)) printState(state);
    printDamage(damage);
  }
  for (const finding of findings) line(findingLine(finding));
  const { states, verified, withoutFingerprints, damagedBlocks, errors, bytesRead } = totals;
  if (states > 0) {
    const without = withoutFingerprints === 0 ? '' : `, ${withoutFingerprints} without fingerprints`;
    line(`${target}: ${verified} of ${states} states verified${without}; ${bytesText(bytesRead)} read`);
  }
  line(`${target}: ${damagedBlocks} damaged blocks, ${errors} errors`);
  if (repair !== null) printRepair(repair);
}

function printRepair({ repaired, left }: MendReport): void {
  for (const { point, offset, from, overwritten } of repaired) {
    const bytes = overwritten.reduce((sum, { length }) => sum + length, 0);
    line(`repaired: block at 0x${offset.toString(16)} of ${point}, ${bytesText(bytes)} from ${from}`);
  }
  for (const { point, offset, error } of left)
    line(`not repaired: block at 0x${offset.toString(16)} of ${point}: ${error.message}`);
}

/** Nothing to tell but that it is verified. */
function isPlain({ payload, seal, findings }: StateReport): boolean {
  return payload === 'verified' && seal === null && findings.every(({ severity }) => severity === 'info');
}

function printState({ id, isReplica, capturedMs, payload, seal, findings }: StateReport): void {
  const time = capturedMs === null ? '' : `  ${timeText(capturedMs)}`;
  line(`  ${isReplica ? 'live ' : 'point'} ${id}${time}  ${payload}`);
  if (seal !== null) line(`    seal ${seal.state}: ${seal.sha256} (a digest of block digests)`);
  for (const finding of findings) if (finding.severity !== 'info') line(`    ${findingLine(finding)}`);
}

function printDamage({ blocks, more, files }: DamageLog): void {
  for (const { offset, length, verdict, points } of blocks.slice(0, BLOCKS_SHOWN)) {
    const states = points.length === 1 ? points[0] : `${points[0]} and the ${points.length - 1} after it`;
    line(`  damaged: ${bytesText(length)} at 0x${offset.toString(16)} of the disk ${verdict}, in ${states}`);
  }
  const rest = Math.max(0, blocks.length - BLOCKS_SHOWN) + more;
  if (rest > 0) line(`  and ${rest} more; --json lists ${blocks.length}`);
  for (const { point, hits } of files) {
    for (const { volume, path, part } of hits.slice(0, FILES_SHOWN))
      line(`  in damaged blocks of ${point}: ${path} (${part}), volume ${volume}`);
    if (hits.length > FILES_SHOWN) line(`  and ${hits.length - FILES_SHOWN} more files of ${point}`);
  }
}
