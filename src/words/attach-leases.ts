/**
 * Disks that Windows was asked to attach, while it is not known whether it did: Mount-VHD may go on behind its time limit, or
 * behind the end of this process, and a disk that stays attached can make backups fail. Each has a file until that is known;
 * whoever comes next looks at what others have left.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../base/shell-word.ts';
import { type ErrorKind, StorageError } from '../errors.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from '../io/process-identity.ts';
import { stateFolder, stateSubfolder } from '../serve/state-folder.ts';
import type { HostTools } from './host-tools.ts';

type Lease = { readonly path: string; readonly process: ProcessIdentity };

/** Where nobody tells whether a process still runs, it has its time to attach the disk and to see that it has. */
const RUNNING_MS = 3 * 60_000;
/** So long after it was asked to, Windows attaches a disk no more: several times the limit of the command. */
const OVER_MS = 15 * 60_000;
/** Of errors: nothing was attached. */
const KNOWN: readonly ErrorKind[] = ['conflict', 'unsupported', 'invalid-argument'];
const SUFFIX = '.json';

const folder = (): string => join(stateFolder(), 'attaching');

function leaseOf(path: string): string {
  const name = createHash('sha256').update(path.toLowerCase()).digest('hex').slice(0, 32);
  return join(folder(), `${name}${SUFFIX}`);
}

/** Whoever detaches a disk knows that it was attached. */
export function endLease(path: string): void {
  rmSync(leaseOf(path), { force: true });
}

/** Attaches the disk; where it is not certain that it is not attached afterwards, the next word looks again. */
export async function attachWithLease(tools: HostTools, path: string): Promise<void> {
  stateSubfolder('attaching');
  writeFileSync(leaseOf(path), JSON.stringify({ path, process: ownIdentity() } satisfies Lease), { mode: 0o600 });
  try {
    await tools.attach(path);
  } catch (error) {
    if (StorageError.is(error) && (KNOWN.includes(error.kind) || (await isRefused(tools, path, error)))) endLease(path);
    throw error;
  }
  endLease(path);
}

/** Windows has answered, and says now that it is not attached: each further word need not ask it again. */
async function isRefused(tools: HostTools, path: string, { code, kind }: StorageError): Promise<boolean> {
  if (kind === 'cancelled' || code === 'WINDOWS_TOOL_TIMEOUT') return false;
  try {
    return (await tools.diskNumber(path)) === null;
  } catch (error) {
    if (StorageError.is(error)) return false;
    throw error;
  }
}

/** Tells of disks that are attached although nobody was told so, until they are detached. */
export async function tellLeftAttached(tools: HostTools, note: (text: string) => void): Promise<void> {
  for (const file of leaseFiles()) {
    const lease = readLease(file);
    const liveness = lease === null ? 'dead' : livenessOf(lease.process, ownIdentity());
    if (liveness === 'alive' || (liveness === 'unknown' && !isOlder(file, RUNNING_MS))) continue;
    const number = lease === null ? null : await numberOf(tools, lease.path);
    if (lease !== null && number !== null) {
      const detach = `pitvault dismount-vhd ${shellWord(lease.path, 'win32')}`;
      note(`${lease.path} is attached as disk ${number}, by a mount-vhd that had ended before; detach it: ${detach}`);
    } else if (isOlder(file, OVER_MS)) rmSync(file, { force: true });
  }
}

function leaseFiles(): string[] {
  try {
    const names = readdirSync(folder()).filter((name) => name.endsWith(SUFFIX));
    return names.map((name) => join(folder(), name));
  } catch {
    return []; // nothing was ever attached, or nobody may look: what is asked for goes on
  }
}

/** Null for what is no lease, or has gone meanwhile. */
function readLease(file: string): Lease | null {
  try {
    const lease = JSON.parse(readFileSync(file, 'utf8')) as Partial<Lease> | null;
    return typeof lease?.path === 'string' && typeof lease.process?.pid === 'number' ? (lease as Lease) : null;
  } catch {
    return null;
  }
}

/** Null where it is not attached, or where nobody tells (its file has gone). */
async function numberOf(tools: HostTools, path: string): Promise<number | null> {
  try {
    return await tools.diskNumber(path);
  } catch (error) {
    if (StorageError.is(error) && error.kind !== 'cancelled') return null;
    throw error;
  }
}

function isOlder(file: string, ageMs: number): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > ageMs;
}
