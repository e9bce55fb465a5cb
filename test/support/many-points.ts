/**
 * A pool with one replica of many points: more volumes than a server keeps open. Each holds one sparse file, large enough
 * that its sending waits for the client, with the name of its point in its last bytes. Nothing here comes from src.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NtfsBuilder, nonResident } from './ntfs-builder.ts';
import { tempFolder } from './temp.ts';
import { buildVhdx, guidOf } from './vhdx-builder.ts';

const MIB = 2 ** 20;
const CLUSTER = 4096;
export const LARGE = { name: 'large', size: 16 * MIB };
export const SERVER = 'many.contoso.com';
export const REPLICA_ID = '77777777-0000-4000-8000-000000000000';

/** 8 bytes that end the file of this point. */
export function endOf(index: number): Uint8Array {
  return new TextEncoder().encode(`point ${String(index).padStart(2, '0')}`);
}

function diskOf(index: number): Uint8Array {
  const builder = new NtfsBuilder();
  const last = new Uint8Array(CLUSTER);
  last.set(endOf(index), CLUSTER - 8);
  const hole = LARGE.size / CLUSTER - 1;
  const runs = [
    [null, hole],
    [builder.store(last), 1],
  ] as const;
  builder.add({
    name: LARGE.name,
    dosAttributes: 0x200,
    attributes: [nonResident(0x80, CLUSTER, { runs, dataSize: LARGE.size, flags: 0x8000 })],
  });
  for (let i = 0; i < 8; i++) builder.add({ name: `small ${i}`, content: `${i} of point ${index}` });
  return builder.build();
}

/** Points 0 and on, the last of them the live replica; its path. */
export function manyPoints(count: number): string {
  const pool = tempFolder();
  for (let index = 0; index < count; index++) {
    const isReplica = index === count - 1;
    const id = isReplica ? REPLICA_ID : `77777777-0000-4000-8000-${String(index + 1).padStart(12, '0')}`;
    const folder = join(pool, SERVER, REPLICA_ID, id);
    mkdirSync(folder, { recursive: true });
    saveState(join(folder, 'disk0.vhdx'), index);
  }
  return pool;
}

/** The disk of this point, in a file of its own: its content, and the identity of that, are those of the point. */
export function saveState(path: string, index: number): void {
  const volume = diskOf(index);
  const size = Math.ceil(volume.length / MIB) * MIB;
  const disk = new Uint8Array(size);
  disk.set(volume);
  const blocks = new Map(
    Array.from({ length: size / MIB }, (_, block) => [
      block,
      { state: 6, data: disk.slice(block * MIB, (block + 1) * MIB) },
    ]),
  );
  buildVhdx({ size, blocks, dataWriteGuid: guidOf(0x100 + index) }).file.save(path);
}
