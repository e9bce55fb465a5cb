/** `pitvault runbook recover-dpmdb --server NAME --storage mbs|legacy --version V [...] [--execute --out DIR]` */

import { invalidArgument, StorageError } from '../../errors.ts';
import { openPool } from '../../pool/scan-pool.ts';
import type { StoragePool } from '../../pool/storage-pool.ts';
import { chooseState } from '../../recovery/recover.ts';
import { runningMounts } from '../../serve/mount-records.ts';
import {
  type PoolEvidence,
  pathQuery,
  type RunbookFacts,
  type RunbookRule,
  type RunbookStep,
  recoverDpmdbRules,
  recoverDpmdbSteps,
} from '../../words/runbook.ts';
import { WordState } from '../../words/word-state.ts';
import { timeOption } from '../choose-volume.ts';
import { type CommandCall, flag, text, texts } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { json, line, note } from '../output.ts';
import { nativeBackup } from '../runbooks/native-backup.ts';
import { printRules, printSteps } from '../runbooks/print.ts';
import { executeFromPool, executeLegacy, lookIntoReplica } from '../runbooks/recover-dpmdb.ts';

const VERSIONS = ['2016', '2019', '2022', '2025'] as const;

export async function run(call: CommandCall): Promise<number> {
  if (call.words[0] === 'native-backup') return nativeBackup(call);
  if (call.words[0] !== 'recover-dpmdb') {
    throw invalidArgument('CLI_RUNBOOK', `there is no runbook "${call.words[0]}"`, {
      hint: 'there are recover-dpmdb and native-backup',
    });
  }
  const given = factsOf(call);
  if (given.storage === 'legacy') return legacy(call, given);
  const roots = texts(call.options, 'pool');
  const pool = roots === undefined ? null : await openPool(roots, call.open);
  try {
    const { facts, evidence } = pool === null ? { facts: given, evidence: {} } : await lookInto(pool, given, call);
    const steps = recoverDpmdbSteps(facts);
    const rules = recoverDpmdbRules(facts, evidence);
    if (call.json && !flag(call.options, 'execute')) json({ query: pathQuery(facts), steps, rules });
    else if (!call.json) print(facts, steps, rules);
    return flag(call.options, 'execute') ? await executeFromPool(pool, call, facts) : ExitCode.ok;
  } finally {
    await pool?.close();
  }
}

/** From the shadow copies of a replica volume: of an image that is named, or on Windows of the machine itself. */
async function legacy(call: CommandCall, given: RunbookFacts): Promise<number> {
  const isExecuted = flag(call.options, 'execute');
  const found = await lookIntoReplica(call, given);
  const mountsLeft = leftMounts();
  const rules = recoverDpmdbRules(found.facts, { readable: found.readable, mountsLeft });
  const steps = recoverDpmdbSteps(found.facts);
  if (call.json && !isExecuted) json({ query: pathQuery(found.facts), steps, rules });
  else if (!call.json) print(found.facts, steps, rules);
  return isExecuted ? await executeLegacy(call) : ExitCode.ok;
}

function factsOf({ options }: CommandCall): RunbookFacts {
  const server = text(options, 'server');
  const storage = text(options, 'storage') ?? 'mbs';
  const version = VERSIONS.find((known) => known === (text(options, 'version') ?? '2019'));
  if (server === undefined)
    throw invalidArgument('CLI_SERVER', 'which server?', { hint: '--server FQDN, as it was named' });
  if (storage !== 'mbs' && storage !== 'legacy') throw invalidArgument('CLI_STORAGE', '--storage is mbs or legacy');
  if (version === undefined) throw invalidArgument('CLI_VERSION', `--version is one of ${VERSIONS.join(', ')}`);
  timeOption(options, 'at'); // one that is none is told, also where nothing is looked into
  return { server, storage, version };
}

function leftMounts(): string[] {
  return [
    ...runningMounts(() => undefined).map(({ directory }) => directory),
    ...new WordState().attached.map(({ path }) => path),
  ];
}

/** Fills in the replica and the point of the pool that hold the database, and finds what the rules ask for. */
async function lookInto(pool: StoragePool, given: RunbookFacts, { options, signal }: CommandCall) {
  const server = serverIn(pool, given.server);
  const all = pool.select({ replica: text(options, 'replica') });
  const containers = all.filter((container) => server === null || container.server === server);
  const findings = [...pool.findings, ...containers.flatMap((container) => container.findings)];
  const evidence: PoolEvidence = {
    servers: pool.servers,
    readable: containers.some(
      (container) => container.replica?.locator != null || container.points.some((point) => point.locator !== null),
    ),
    strangeFolders: findings.filter(({ code }) => code === 'POOL_STRANGE_NAME').map(({ message }) => message),
    mountsLeft: leftMounts(),
  };
  const facts = { ...given, server: server ?? given.server, pool: pool.roots };
  if (server === null) return { facts, evidence };
  try {
    const replica = text(options, 'replica');
    const at = timeOption(options, 'at');
    const { container, point } = await chooseState(pool, {
      server,
      replica,
      at,
      point: text(options, 'point'),
      signal,
    });
    const disk = point.locator ?? undefined;
    return { facts: { ...facts, replicaId: container.replicaId, pointId: point.id, disk }, evidence };
  } catch (error) {
    if (!StorageError.is(error) || error.kind === 'cancelled') throw error;
    note(`the steps name no recovery point: ${error.message}${error.hint === undefined ? '' : `; ${error.hint}`}`);
    return { facts, evidence };
  }
}

/** The server as its folder is named: by its full name, or by the host's alone where that is one; null where it has none. */
function serverIn(pool: StoragePool, name: string): string | null {
  const wanted = name.toLowerCase();
  const exact = pool.servers.find((server) => server.toLowerCase() === wanted);
  const alike = pool.servers.filter((server) => server.toLowerCase().startsWith(`${wanted}.`));
  return exact ?? (alike.length === 1 ? alike[0]! : null);
}

function print(facts: RunbookFacts, steps: readonly RunbookStep[], rules: readonly RunbookRule[]): void {
  line(
    `recover DPMDB of ${facts.server}, ${facts.storage === 'mbs' ? 'Modern Backup Storage' : 'legacy storage'}, DPM ${facts.version}`,
  );
  line();
  printSteps(steps);
  line();
  line('before it is needed, while the server works, keep the answer of:');
  for (const row of pathQuery(facts).split('\n')) line(`     ${row}`);
  line();
  printRules(rules);
}
