/**
 * DPMDB out of a shadow copy of this Windows machine's replica volume, step by step through its own tools: list, expose,
 * copy with backup rights, compare, unexpose. The shadow copy is exposed while this runs and no longer, however it ends.
 * Run again it goes on: what is there and unchanged is not copied again, and a copy that the run before had to leave exposed is read there.
 */

import { notFound, StorageError, throwIfCancelled } from '../errors.ts';
import type { HostShadow, HostTools } from './host-tools.ts';
import { sameGuid } from './volume-name.ts';

export type ToolsRecovery = {
  /** `\\?\Volume{GuidName}\` */
  readonly volume: string;
  /** Shadow copy ID; the newest that is old enough without one. */
  readonly shadow?: string | undefined;
  /** Local time as ISO 8601 without an offset: the newest shadow copy made at or before it. */
  readonly atLocal?: string | undefined;
  readonly out: string;
  readonly onStep: (what: string) => void;
  /** Ends it; what is exposed is taken back. */
  readonly signal?: AbortSignal | undefined;
  /** Files below a folder, their paths relative to it. */
  readonly filesBelow: (folder: string) => Promise<readonly string[]>;
  /** SHA-256 of a file of the machine; null where there is none. */
  readonly hash: (folder: string, path: string) => Promise<string | null>;
  /** Whether robocopy was interrupted in the midst of this copy. */
  readonly isCutShort: (path: string) => boolean;
};

export type ToolsRecovered = {
  readonly shadow: HostShadow;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Shadow copies that somebody, or an interrupted run, had left exposed; they still are. */
  readonly dangling: readonly string[];
};

/** The database and its log, whatever they are called: `MSDPM2012$DPMDB.mdf`, `MSDPM2012$DPMDB_SERVER_log.ldf`. */
export const DPMDB_FILES = ['*DPMDB*.mdf', '*DPMDB*.ldf'] as const;

export async function recoverThroughTools(tools: HostTools, request: ToolsRecovery): Promise<ToolsRecovered> {
  const { onStep, out, hash, signal } = request;
  const exposed = await tools.exposed();
  const { items } = await tools.shadows({ volume: request.volume, withTimes: true });
  const shadow = chooseHostShadow(items, request);
  throwIfCancelled(signal);
  onStep(`shadow copy ${shadow.id} of ${shadow.created}, one of ${items.length}`);
  const files = await tools.withShadow(shadow.id, async (letter) => {
    onStep(`exposed at ${letter}`);
    const source = `${letter}\\`;
    const ours = async (): Promise<string[]> =>
      (await request.filesBelow(out)).filter((path) => /DPMDB.*\.(mdf|ldf)$/i.test(path));
    // robocopy puts what it copies in the place of what has the name: a database of another day, copied here before.
    const others = new Set<string>();
    for (const path of await ours()) {
      const there = await hash(source, path);
      if (there === null) others.add(path);
      else if (!request.isCutShort(path) && there !== (await hash(out, path))) throw inTheWay(path);
    }
    await tools.copyTree(source, out, DPMDB_FILES, signal);
    const copied = (await ours()).filter((path) => !others.has(path));
    if (copied.length === 0) {
      throw notFound('RECOVER_NO_DPMDB', `shadow copy ${shadow.id} holds no DPMDB files`, {
        hint: 'is this the replica of the DPM database? the path query of this runbook names its volume',
      });
    }
    const proven: { path: string; sha256: string }[] = [];
    for (const path of copied) {
      const [there, here] = [await hash(source, path), await hash(out, path)];
      if (there === null || here === null || there !== here) {
        throw new StorageError('io', 'RUNBOOK_COPY_DIFFERS', `${path} is not what the shadow copy holds`, {
          image: path,
          hint: 'remove the copy and run the same command again',
        });
      }
      proven.push({ path, sha256: here });
      onStep(`copied and compared ${path}, sha256 ${here}`);
    }
    return proven;
  });
  if (!exposed.some(({ id }) => sameGuid(id, shadow.id))) onStep('unexposed');
  return { shadow, files, dangling: exposed.map(({ id, at }) => `${id} at ${at}`) };
}

function inTheWay(path: string): StorageError {
  return new StorageError(
    'conflict',
    'RUNBOOK_FILE_EXISTS',
    `${path} is there, and is not what the shadow copy holds`,
    {
      image: path,
      hint: 'choose another --out, or move it away',
    },
  );
}

/** Times are printed in the style of the machine: where day and month cannot be told apart, only an ID is sure. */
export function chooseHostShadow(
  shadows: readonly HostShadow[],
  { shadow, atLocal, volume }: Pick<ToolsRecovery, 'shadow' | 'atLocal' | 'volume'>,
): HostShadow {
  const list = shadows.map(({ id, created }) => `${id} of ${created}`).join(', ');
  if (shadow !== undefined) {
    const found = shadows.find(({ id }) => sameGuid(id, shadow));
    if (found !== undefined) return found;
    throw notFound('SHADOW_MISSING', `${volume} has no shadow copy ${shadow}`, {
      hint: `there are: ${list || 'none'}`,
    });
  }
  const [only] = shadows;
  if (only !== undefined && shadows.length === 1 && atLocal === undefined) return only; // whenever it was made
  if (shadows.some(({ createdLocal }) => createdLocal === null)) {
    throw new StorageError(
      'conflict',
      'SHADOW_TIME_UNCLEAR',
      'the times that vssadmin prints can be read in two ways',
      {
        hint: `name the shadow copy: --point ID. There are: ${list}`,
      },
    );
  }
  const found = shadows
    .filter(({ createdLocal }) => atLocal === undefined || createdLocal! <= atLocal)
    .toSorted((a, b) => (a.createdLocal! < b.createdLocal! ? -1 : 1))
    .at(-1);
  if (found !== undefined) return found;
  throw notFound(
    'SHADOW_NONE',
    `${volume} has no shadow copy${atLocal === undefined ? '' : ' made at or before that time'}`,
    {
      hint: list === '' ? 'is it the replica volume? pitvault mountvol lists the volumes' : `there are: ${list}`,
    },
  );
}
