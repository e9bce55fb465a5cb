/** `pitvault runbook recover-dpmdb --server NAME --storage mbs|legacy --version V [...] [--execute --out DIR]` */

import { statSync } from 'node:fs';
import { invalidArgument, StorageError } from '../../errors.ts';
import { chooseVolume } from '../../pool/replica-volume.ts';
import { openPool } from '../../pool/scan-pool.ts';
import type { StoragePool } from '../../pool/storage-pool.ts';
import { chooseState, type State } from '../../recovery/recover.ts';
import { runningMounts } from '../../serve/mount-records.ts';
import {
  pathQuery,
  type RunbookFacts,
  type RunbookRule,
  type RunbookStep,
  recoverDpmdbSteps,
} from '../../words/runbook.ts';
import { type PoolEvidence, recoverDpmdbRules } from '../../words/runbook-rules.ts';
import { WordState } from '../../words/word-state.ts';
import { timeOption } from '../choose-volume.ts';
import { type CommandCall, flag, text, texts } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { json, line, note } from '../output.ts';
import { namedReplica } from '../pool-names.ts';
import { nativeBackup } from '../runbooks/native-backup.ts';
import { printRules, printSteps } from '../runbooks/print.ts';
import { executeFromPool, executeLegacy, lookIntoReplica } from '../runbooks/recover-dpmdb.ts';

/** In a folder's mode: to list it, or to open what is in it by name. */
const [BY_GROUP, BY_OTHERS] = [0o050, 0o005];
const VERSIONS = ['2016', '2019', '2022', '2025'] as const;

/** What each runbook takes besides --server, --version, --sql-server, --instance, --database, --execute and --out. */
const TAKEN = {
  'native-backup': ['folder', 'timeout', 'config'],
  mbs: ['storage', 'pool', 'replica', 'dpmdb', 'at', 'point'],
  legacy: ['storage', 'image', 'diff-area', 'volume', 'replica', 'at', 'point'],
} as const;

export async function run(call: CommandCall): Promise<number> {
  if (call.words[0] === 'native-backup') {
    refuseStray(call, 'native-backup');
    return nativeBackup(call);
  }
  if (call.words[0] !== 'recover-dpmdb') {
    throw invalidArgument('CLI_RUNBOOK', `there is no runbook "${call.words[0]}"`, {
      hint: 'there are recover-dpmdb and native-backup',
    });
  }
  const given = factsOf(call);
  refuseStray(call, given.storage);
  if (given.storage === 'legacy') return legacy(call, given);
  const roots = texts(call.options, 'pool');
  const pool = roots === undefined ? null : await openPool(roots, call.open);
  try {
    const machine = { mountsLeft: leftMounts(), target: targetOf(call) };
    const { facts, evidence } =
      pool === null ? { facts: given, evidence: machine } : await lookInto(pool, given, machine, call);
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
  const { readable } = found;
  const rules = recoverDpmdbRules(found.facts, { readable, mountsLeft: leftMounts(), target: targetOf(call) });
  const steps = recoverDpmdbSteps(found.facts);
  if (call.json && !isExecuted) json({ query: pathQuery(found.facts), steps, rules });
  else if (!call.json) print(found.facts, steps, rules);
  return isExecuted ? await executeLegacy(call) : ExitCode.ok;
}

/** Options that would be passed over in silence. */
function refuseStray({ options }: CommandCall, what: keyof typeof TAKEN): void {
  const others = new Set<string>(Object.values(TAKEN).flat());
  for (const name of TAKEN[what]) others.delete(name);
  const stray = [...others].find((name) => options[name] !== undefined);
  if (stray === undefined) return;
  const runbook = what === 'native-backup' ? what : `recover-dpmdb --storage ${what}`;
  throw invalidArgument('CLI_RUNBOOK_OPTION', `runbook ${runbook} does not take --${stray}`, {
    hint: `it takes ${TAKEN[what].map((name) => `--${name}`).join(', ')}`,
  });
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
  const [sqlServer, instance, database] = ['sql-server', 'instance', 'database'].map((name) => text(options, name));
  return { server, storage, version, sqlServer, instance, database };
}

function leftMounts(): string[] {
  return [
    ...runningMounts(() => undefined).map(({ directory }) => directory),
    ...new WordState().attached.map(({ path }) => path),
  ];
}

/** The folder that is recovered into, where it is there already: what is made anew is its owner's alone. */
function targetOf({ options }: CommandCall): PoolEvidence['target'] {
  const folder = text(options, 'out');
  if (folder === undefined || process.platform === 'win32') return undefined;
  const stat = statSync(folder, { throwIfNoEntry: false });
  const mode = stat?.mode ?? 0;
  if ((mode & BY_OTHERS) !== 0) return { folder, readers: 'others too' };
  return { folder, readers: (mode & BY_GROUP) !== 0 ? 'its owner and group' : 'its owner alone' };
}

/** Fills in the replica and the point of the pool that hold the database, and finds what the rules ask for. */
async function lookInto(pool: StoragePool, given: RunbookFacts, machine: PoolEvidence, call: CommandCall) {
  const { options, signal } = call;
  const server = serverIn(pool, given.server);
  const { replica } = await namedReplica(pool, call, text(options, 'replica'));
  const all = pool.select({ replica });
  const containers = all.filter((container) => server === null || container.server === server);
  const findings = [...pool.findings, ...containers.flatMap((container) => container.findings)];
  const evidence: PoolEvidence = {
    ...machine,
    servers: pool.servers,
    strangeFolders: findings.filter(({ code }) => code === 'POOL_STRANGE_NAME').map(({ message }) => message),
  };
  const facts = { ...given, server: server ?? given.server, pool: pool.roots, replicaId: replica };
  if (server === null) return { facts, evidence };
  try {
    const at = timeOption(options, 'at');
    const point = text(options, 'point');
    const chosen = await chooseState(pool, { server, replica, at, point, signal });
    const disk = chosen.point.locator ?? undefined;
    const known = { ...facts, replicaId: chosen.container.replicaId, pointId: chosen.point.id, disk };
    return { facts: known, evidence: { ...evidence, ...(await readability(chosen)) } };
  } catch (error) {
    if (!StorageError.is(error) || error.kind === 'cancelled') throw error;
    note(`the steps name no recovery point: ${error.message}${error.hint === undefined ? '' : `; ${error.hint}`}`);
    // No state that can be read holds it: what is left of the pool is not enough.
    const lost = error.code === 'RECOVER_NO_DPMDB' ? { readable: false, unreadable: error.message } : {};
    return { facts, evidence: { ...evidence, ...lost } };
  }
}

/** Whether the point can be read, as far as its file system. */
async function readability({ container, point }: State): Promise<Pick<PoolEvidence, 'readable' | 'unreadable'>> {
  try {
    await using image = await point.open();
    await chooseVolume(image, container, undefined).requireFileSystem();
    return { readable: true };
  } catch (error) {
    if (!StorageError.is(error) || error.kind === 'cancelled') throw error;
    return { readable: false, unreadable: error.message };
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
