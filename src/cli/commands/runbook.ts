/** `pitvault runbook recover-dpmdb --server NAME --storage mbs|legacy --version V [...] [--execute --out DIR]` */

import { invalidArgument } from '../../errors.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { choosePoint, type StoragePool } from '../../pool/storage-pool.ts';
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
import { json, line } from '../output.ts';
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
    return flag(call.options, 'execute') ? await executeFromPool(pool, call) : ExitCode.ok;
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
  return { server, storage, version };
}

function leftMounts(): string[] {
  return [
    ...runningMounts(() => undefined).map(({ directory }) => directory),
    ...new WordState().attached.map(({ path }) => path),
  ];
}

/** Fills in the replica and the point of the pool that hold the database, and finds what the rules ask for. */
async function lookInto(pool: StoragePool, given: RunbookFacts, { options }: CommandCall) {
  const containers = pool.select({ replica: text(options, 'replica') });
  const { findings } = pool;
  const all = [...findings, ...containers.flatMap((container) => container.findings)];
  const evidence: PoolEvidence = {
    servers: pool.servers,
    readable: containers.some(
      (container) => container.replica?.locator != null || container.points.some((point) => point.locator !== null),
    ),
    strangeFolders: all.filter(({ code }) => code === 'POOL_STRANGE_NAME').map(({ message }) => message),
    mountsLeft: leftMounts(),
  };
  if (containers.length !== 1) return { facts: given, evidence };
  const container = containers[0]!;
  const point = await choosePoint(container, {
    atMs: timeOption(options, 'at')?.getTime(),
    point: text(options, 'point'),
  });
  return { facts: { ...given, replicaId: container.replicaId, pointId: point.id }, evidence };
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
