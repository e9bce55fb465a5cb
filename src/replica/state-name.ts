/** States of replicas as people name them: by PITId or PhysicalReplicaId, by `NAME` or `NAME@TIME`, or by path. */

import { parseGuid } from '../base/guid.ts';
import { invalidArgument, notFound } from '../errors.ts';
import type { State } from './container.ts';
import { isSameName } from './layout.ts';
import type { ReplicaPool } from './replica-pool.ts';

/**
 * Path of the disk of the state. `NAME` (or the GUID of a replica) is the live replica, `NAME@TIME` the newest state
 * captured at or before that time: ISO 8601, local unless it has an offset. What names no state is taken as a path when
 * it is one.
 */
export function pathOfState(pool: ReplicaPool, name: string): string {
  const guid = parseGuid(name);
  if (guid !== null) {
    for (const { container } of pool.replicas()) {
      if (container.replicaId === guid) return live(container.replica(), name);
      const id = container.pointIds().find((one) => parseGuid(one) === guid);
      if (id !== undefined) return live(container.states().find((state) => state.id === id) ?? null, name);
    }
    for (const { container, error } of pool.unreadable())
      if (container.pointIds().some((one) => parseGuid(one) === guid)) throw error;
  }
  const hasReplica = (one: string): boolean => pool.replicas().some(({ file }) => isSameName(file.name, one));
  const at = hasReplica(name) ? -1 : name.lastIndexOf('@'); // a name may have one itself
  const replica = at < 0 ? name : name.slice(0, at);
  if (!hasReplica(replica) && parseGuid(replica) === null && pool.store.exists(name)) return name;
  const { container } = pool.find(replica);
  if (at < 0) return live(container.replica(), name);
  const time = Date.parse(name.slice(at + 1));
  if (Number.isNaN(time)) {
    throw invalidArgument('STATE_TIME', `"${name.slice(at + 1)}" is no time`, {
      hint: 'write it like NAME@2024-07-29T10:00',
    });
  }
  const states = container.states().filter(({ facts }) => facts !== null && facts.capturedMs <= time);
  return live(states.at(-1) ?? null, name);
}

function live(state: State | null, name: string): string {
  if (state !== null) return state.path;
  throw notFound('STATE_MISSING', `the pool has no state ${name}`, { hint: 'pitvault points POOL lists them' });
}
