/**
 * A container with states of known contents, as pitvault lays it out: disks, sidecars, change maps. For tests of what
 * reads and rewrites such containers; backups themselves are not used, so that each kind of damage can be made.
 */

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DiskStore } from '../../src/io/disk-store.ts';
import { ChangeMap } from '../../src/sidecar/change-map.ts';
import { type Fingerprinter, loadFingerprinter } from '../../src/sidecar/fingerprint.ts';
import { sidecarFolder, sidecarPath } from '../../src/sidecar/sidecar-files.ts';
import { SidecarWriter } from '../../src/sidecar/sidecar-writer.ts';
import { buildVhdx } from '../../src/vhdx/vhdx-builder.ts';
import { VhdxWriter } from '../../src/vhdx/vhdx-writer.ts';
import type { Random } from './random.ts';

export const BLOCK = 64 * 1024;
const UNIT = 4096;

type MadeState = {
  readonly id: string;
  readonly path: string;
  readonly guid: string;
  readonly contents: Uint8Array;
  /** Units of 4 KiB that differ from the state before. */
  readonly changed: readonly number[];
};

export type MadeContainer = {
  readonly pool: string;
  readonly container: string;
  readonly states: readonly MadeState[];
};

export type StateOptions = {
  readonly mode: 'chain' | 'copies';
  readonly states: number;
  /** Bytes. */
  readonly size: number;
  /** Contents of the first state; random scattered data unless given. */
  readonly first?: Uint8Array;
};

function guid(random: Random): string {
  const text = Buffer.from(random.bytes(16)).toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-8${text.slice(17, 20)}-${text.slice(20)}`;
}

function firstContents(random: Random, size: number): Uint8Array {
  const contents = new Uint8Array(size);
  for (let i = 0; i < size / UNIT / 3; i++) contents.set(random.bytes(UNIT), random.below(size / UNIT) * UNIT);
  return contents;
}

function nextContents(random: Random, before: Uint8Array): Uint8Array {
  const contents = before.slice();
  const units = contents.length / UNIT;
  for (let change = 1 + random.below(12); change > 0; change--) {
    const start = random.below(units);
    const end = Math.min(units, start + 1 + random.below(6));
    if (random.below(4) === 0) contents.fill(0, start * UNIT, end * UNIT);
    else contents.set(random.bytes((end - start) * UNIT), start * UNIT);
  }
  return contents;
}

export async function makeContainer(pool: string, random: Random, options: StateOptions): Promise<MadeContainer> {
  const fingerprint = await loadFingerprinter();
  const replicaId = guid(random);
  const container = join(pool, 'dpm01.example.com', replicaId);
  mkdirSync(sidecarFolder(container), { recursive: true });
  const states: MadeState[] = [];
  for (let i = 0; i < options.states; i++) {
    const before = states.at(-1);
    const contents =
      before === undefined
        ? (options.first ?? firstContents(random, options.size))
        : nextContents(random, before.contents);
    const id = i === options.states - 1 ? replicaId : guid(random);
    mkdirSync(join(container, id));
    const state = {
      id,
      path: join(container, id, 'disk0.vhdx'),
      guid: guid(random),
      contents,
      changed: changedUnits(before?.contents, contents),
    };
    writeDisk(state, before, options);
    writeSidecar(container, state, before, replicaId, i, fingerprint);
    states.push(state);
  }
  return { pool, container, states };
}

function changedUnits(before: Uint8Array | undefined, contents: Uint8Array): number[] {
  const zero = new Uint8Array(UNIT);
  return Array.from({ length: contents.length / UNIT }, (_, unit) => unit).filter((unit) => {
    const part = contents.subarray(unit * UNIT, (unit + 1) * UNIT);
    return Buffer.compare(part, before?.subarray(unit * UNIT, (unit + 1) * UNIT) ?? zero) !== 0;
  });
}

function writeDisk(state: MadeState, before: MadeState | undefined, { mode, size }: StateOptions): void {
  const store = new DiskStore();
  const isChild = mode === 'chain' && before !== undefined;
  let disk: VhdxWriter;
  if (mode === 'copies' && before !== undefined) {
    copyFileSync(before.path, state.path);
    disk = VhdxWriter.open(store.openWritable(state.path), { session: 'private', dataWriteGuid: state.guid });
  } else {
    const base = {
      size,
      dataWriteGuid: state.guid,
      blockSize: 2 ** 20,
      fileWriteGuid: state.guid,
      virtualDiskId: state.guid,
    };
    const parent = { identity: before?.guid ?? '', relativePath: `..\\${before?.id}\\disk0.vhdx` };
    disk = buildVhdx(
      store.create(state.path),
      isChild ? { ...base, type: 'differencing', parent } : { ...base, type: 'dynamic' },
    );
  }
  for (const unit of state.changed) {
    const part = state.contents.subarray(unit * UNIT, (unit + 1) * UNIT);
    if (part.some((byte) => byte !== 0)) disk.write(unit * UNIT, part);
    else disk.trim(unit * UNIT, UNIT);
  }
  disk.close({ dataWriteGuid: state.guid });
}

function writeSidecar(
  container: string,
  state: MadeState,
  before: MadeState | undefined,
  replicaId: string,
  index: number,
  fingerprint: Fingerprinter,
): void {
  const { contents } = state;
  const writer = new SidecarWriter(
    () => ({ file: new DiskStore().create(sidecarPath(container, state.guid)), isClone: false }),
    {
      dataWriteGuid: state.guid,
      previousGuid: before?.guid ?? null,
      pointId: before?.id ?? null,
      replicaId,
      sequence: index + 1,
      capturedMs: Date.parse('2026-01-01T00:00:00Z') + index * 3_600_000,
      diskSize: contents.length,
      blockSize: BLOCK,
      depth: 1,
    },
    fingerprint,
  );
  const target = new Uint8Array(16);
  for (let block = 0; block < contents.length / BLOCK; block++) {
    const bytes = contents.subarray(block * BLOCK, (block + 1) * BLOCK);
    if (bytes.every((byte) => byte === 0)) target.fill(0);
    else fingerprint(bytes, target, 0);
    writer.set(block, target, 0);
  }
  writer.finish(ChangeMap.of(state.changed.map((unit) => ({ offset: unit * UNIT, length: UNIT }))));
}
