/** Which shadow copy of a volume is meant. */

import { parseGuid } from '../base/guid.ts';
import { invalidArgument, notFound, StorageError } from '../errors.ts';
import type { ShadowCopy } from '../vss/shadow-copies.ts';
import type { Volume } from './volume.ts';

export type ShadowChoice = {
  /** A number from 1, oldest first, or an id: of the copy, of its set, or of its store. */
  readonly shadow?: string | undefined;
  /** The newest copy made at or before this moment. Unix milliseconds. */
  readonly shadowAtMs?: number | undefined;
};

/** The volume as the chosen copy has it; the volume itself when nothing is chosen. Throws where its bytes cannot be told. */
export function chooseShadow(volume: Volume, choice: ShadowChoice): Volume {
  if (choice.shadow === undefined && choice.shadowAtMs === undefined) return volume;
  const { copies, findings } = volume.shadowCopies;
  if (copies.length === 0) {
    const message = `volume ${volume.number} of ${volume.name} has no shadow copies`;
    const hint = findings[0]?.message ?? '`pitvault info` lists the volumes of the image and their shadow copies';
    throw notFound('SHADOW_NONE', message, { image: volume.name, hint });
  }
  const copy = choice.shadow === undefined ? copyAt(volume, choice.shadowAtMs!) : copyNamed(volume, choice.shadow);
  const { obstacle } = copy;
  if (obstacle === null) return volume.shadow(copy);
  throw new StorageError(obstacle.kind, obstacle.code, `shadow copy ${copy.number}: ${obstacle.message}`, {
    ...obstacle.at,
    hint: obstacle.hint ?? `the other shadow copies may be whole: ${list(copies)}`,
    cause: obstacle,
  });
}

function copyNamed(volume: Volume, name: string): ShadowCopy {
  const { copies } = volume.shadowCopies;
  const guid = parseGuid(name);
  if (guid === null && !/^\d+$/.test(name)) {
    throw invalidArgument('SHADOW_NAME', `"${name}" is neither the number nor the id of a shadow copy`, {
      image: volume.name,
      hint: `there are: ${list(copies)}`,
    });
  }
  const found = copies.find((copy) =>
    guid === null ? copy.number === Number(name) : [copy.id, copy.storeGuid, copy.setId].includes(guid),
  );
  if (found !== undefined) return found;
  const hint = `there are: ${list(copies)}`;
  throw notFound('SHADOW_MISSING', `volume ${volume.number} has no shadow copy ${name}`, { image: volume.name, hint });
}

function copyAt(volume: Volume, atMs: number): ShadowCopy {
  const { copies } = volume.shadowCopies;
  const old = copies.filter((copy) => copy.createdMs <= atMs);
  const found = old.toSorted((a, b) => a.createdMs - b.createdMs).at(-1); // of one moment the one with the higher number
  if (found !== undefined) return found;
  const message = `volume ${volume.number} has no shadow copy made at or before that time`;
  throw notFound('SHADOW_NONE_AT', message, { image: volume.name, hint: `there are: ${list(copies)}` });
}

function list(copies: readonly ShadowCopy[]): string {
  const shown = copies
    .slice(0, 8)
    .map((copy) => `${copy.number} {${copy.id}} of ${new Date(copy.createdMs).toISOString()}`);
  return `${shown.join(', ')}${copies.length > shown.length ? ', ...' : ''}`;
}
