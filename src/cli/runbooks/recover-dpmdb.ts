/** `runbook recover-dpmdb --execute`: the steps of the procedure that need no DPM, each verified; run again, it goes on. */

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asStorageError, invalidArgument, throwIfCancelled } from '../../errors.ts';
import { type Image, openImage } from '../../image/image.ts';
import type { StoragePool } from '../../pool/storage-pool.ts';
import { recover } from '../../recovery/recover.ts';
import { nextCommands, type RecoveryReport } from '../../recovery/report.ts';
import { recoverThroughTools } from '../../words/recover-through-tools.ts';
import type { RunbookFacts } from '../../words/runbook.ts';
import { volumeName } from '../../words/volume-name.ts';
import { timeOption } from '../choose-volume.ts';
import { type CommandCall, text, texts } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { hostFiles } from '../host-files.ts';
import { hostTools } from '../host-tools.ts';
import { json, line, note } from '../output.ts';

/** Attach, letter, copy and detach at once, from the point's disk itself. */
export async function executeFromPool(
  pool: StoragePool | null,
  call: CommandCall,
  { server, replicaId, pointId }: RunbookFacts,
): Promise<number> {
  const { options } = call;
  if (pool === null) {
    throw invalidArgument('CLI_EXECUTE', '--execute needs --pool ROOT and --out DIR', {
      hint: 'from shadow copies of a replica volume: --storage legacy --image IMAGE',
    });
  }
  const report = await recover(pool, {
    ...common(call),
    server,
    replica: replicaId ?? text(options, 'replica'),
    at: timeOption(options, 'at'),
    point: pointId ?? text(options, 'point'),
  });
  return done(call, report, 'attach, letter, copy, detach');
}

/** The volume and the shadow copy that are meant, for the names in the steps. */
export async function lookIntoReplica(
  call: CommandCall,
  given: RunbookFacts,
): Promise<{ facts: RunbookFacts; readable: boolean | undefined }> {
  const { options } = call;
  const path = text(options, 'image');
  const named = { replicaId: text(options, 'replica'), pointId: text(options, 'point') };
  if (path === undefined) return { facts: { ...given, ...named }, readable: undefined };
  await using image = await openImage(path, call.open);
  const volume = image.volume(text(options, 'volume'));
  const shadow = chosenCopy(image, call);
  const furtherImages = texts(options, 'diff-area');
  const known = { replicaId: volume.guid ?? named.replicaId, pointId: shadow ?? named.pointId };
  const facts = { ...given, ...known, image: path, furtherImages, volume: text(options, 'volume') };
  return { facts, readable: volume.identity.kind === 'ntfs' };
}

/** The shadow copy that is meant, by its id: the named one, else the newest that is old enough; null where there is none. */
function chosenCopy(image: Image, { options }: CommandCall): string | null {
  const { copies } = image.volume(text(options, 'volume')).shadowCopies;
  const wanted = text(options, 'point')?.replace(/[{}]/g, '').toLowerCase();
  if (wanted !== undefined) return wanted;
  const atMs = timeOption(options, 'at')?.getTime() ?? Number.POSITIVE_INFINITY;
  const old = copies.filter(({ createdMs }) => createdMs <= atMs).toSorted((a, b) => a.createdMs - b.createdMs);
  return old.at(-1)?.id ?? null;
}

/** List, expose, copy and unexpose: of an image here, or on Windows through its own tools. */
export async function executeLegacy(call: CommandCall): Promise<number> {
  const path = text(call.options, 'image');
  if (path === undefined) return throughTools(call);
  await using image = await openImage(path, call.open);
  const shadow = chosenCopy(image, call);
  const report = await recover(image, {
    ...common(call),
    datasource: 'dpmdb',
    volume: text(call.options, 'volume'),
    // Without any copy the error names what there is.
    ...(shadow === null ? { shadowAtMs: timeOption(call.options, 'at')?.getTime() ?? Date.now() } : { shadow }),
  });
  return done(call, report, 'list, expose, copy, unexpose');
}

/** The time that robocopy gives to a file until it is whole. */
const ROBOCOPY_YEAR = 1980;

async function throughTools(call: CommandCall): Promise<number> {
  const { options, signal } = call;
  const tools = await hostTools();
  const replica = text(options, 'replica');
  if (tools === null || replica === undefined) {
    throw invalidArgument('CLI_EXECUTE', 'legacy storage: --execute needs the replica volume', {
      hint: 'its image: --image IMAGE (and --diff-area IMAGE); or on the DPM server itself: --replica GuidName',
    });
  }
  const out = resolve(outOf(call));
  const at = timeOption(options, 'at');
  const { shadow, files, dangling } = await recoverThroughTools(tools, {
    volume: volumeName(replica.replace(/[{}]/g, '')),
    shadow: text(options, 'point'),
    atLocal: at === undefined ? undefined : localTime(at),
    out,
    onStep: (what) => note(what),
    signal,
    filesBelow: async (folder) =>
      existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [],
    isCutShort: (file) => statSync(join(out, file)).mtime.getFullYear() <= ROBOCOPY_YEAR,
    hash: async (folder, file) => {
      const sum = createHash('sha256');
      try {
        await pipeline(createReadStream(join(folder, file)), sum, { signal });
      } catch (error) {
        throwIfCancelled(signal);
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw asStorageError(error, { image: join(folder, file), hint: 'run it as SYSTEM: psexec.exe -s cmd.exe' });
      }
      return sum.digest('hex');
    },
  });
  for (const other of dangling)
    note(`warning: a shadow copy is exposed still: ${other}; pitvault diskshadow, unexpose takes it back`);
  const next = nextCommands(
    files.map(({ path }) => ({ target: path })),
    (file) => join(out, file),
  );
  if (call.json) json({ shadow: shadow.id, created: shadow.created, target: out, files, dangling, next });
  else {
    for (const file of files) line(`  recovered  ${file.path}  sha256 ${file.sha256}`);
    printNext(next);
  }
  return ExitCode.ok;
}

/** What every recovery of this runbook is given. */
function common(call: CommandCall) {
  const { signal, progress } = call;
  return { out: outOf(call), host: hostFiles, signal, onProgress: progress.update };
}

function outOf({ options }: CommandCall): string {
  const out = text(options, 'out');
  if (out === undefined) throw invalidArgument('CLI_EXECUTE', '--execute needs --out DIR');
  return out;
}

function done({ json: asJson, progress }: CommandCall, report: RecoveryReport, steps: string): number {
  progress.end();
  if (asJson) json(report);
  else {
    line(`done: ${steps}, in one step and without Windows, from ${report.source.image}`);
    for (const file of report.files)
      line(`  ${file.status}  ${file.target ?? file.path}  sha256 ${file.sha256 ?? '-'}`);
    printNext(report.next);
  }
  return report.totals.failed > 0 || report.totals.unreadableBytes > 0 ? ExitCode.partial : ExitCode.ok;
}

function printNext(next: readonly string[]): void {
  line('what is left for the DPM server:');
  for (const command of next) line(`  ${command}`);
}

function localTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
