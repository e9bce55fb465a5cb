/** From ranges of a volume back to the files in them; the volume is built here, so where everything lies is known. */

import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { NtfsBuilder, nonResident } from '../../support/ntfs-builder.ts';
import { Random } from '../../support/random.ts';

const CLUSTER = 4096;

type Placed = { readonly path: string; readonly part: string; readonly lcn: number; readonly position: number };

/** Files of scattered runs, a stream, hard links, a directory with an index; and where each cluster of content went. */
function sample(random: Random): { builder: NtfsBuilder; placed: Placed[] } {
  const builder = new NtfsBuilder({ records: 128 });
  const placed: Placed[] = [];
  const folder = builder.add({ name: 'folder', directory: true });
  const cluster = () => builder.store(random.bytes(CLUSTER));
  for (let file = 0; file < 12; file++) {
    const runs: [number, number][] = [];
    const name = `file ${file}.bin`;
    for (let i = 0; i <= random.below(5); i++) {
      runs.push([cluster(), 1]);
      placed.push({ path: `/folder/${name}`, part: 'content', lcn: runs[i]![0], position: i * CLUSTER });
    }
    const lcn = cluster();
    placed.push({ path: `/folder/${name}`, part: 'stream extra', lcn, position: 0 });
    builder.add({
      name,
      parent: folder,
      attributes: [
        nonResident(0x80, CLUSTER, { runs }),
        nonResident(0x80, CLUSTER, { runs: [[lcn, 1]], name: 'extra', id: 1 }),
      ],
    });
  }
  const lcn = cluster();
  builder.add({
    name: 'a.txt',
    links: [{ name: 'b.txt', parent: folder }],
    attributes: [nonResident(0x80, CLUSTER, { runs: [[lcn, 1]] })],
  });
  for (const path of ['/a.txt', '/folder/b.txt']) placed.push({ path, part: 'content', lcn, position: 0 });
  return { builder, placed };
}

function open(builder: NtfsBuilder): NtfsVolume {
  return NtfsVolume.open(new FileMap(new MemoryFile(builder.build(), 'built')), { name: 'built' });
}

describe('owners of ranges', () => {
  it('are the files whose clusters lie there, under all their names, and nobody else', () => {
    const random = new Random();
    const { builder, placed } = sample(random);
    const volume = open(builder);
    const key = ({ path, part, position }: Omit<Placed, 'lcn'>) => `${path} ${part} ${position}`;
    const first = Math.min(...placed.map(({ lcn }) => lcn));
    const end = 1 + Math.max(...placed.map(({ lcn }) => lcn));
    for (let round = 0; round < 100; round++) {
      const clusters = Array.from({ length: end - first }, (_, i) => first + i).filter(() => random.below(6) === 0);
      const ranges = clusters.map((lcn) => ({ offset: lcn * CLUSTER + 512, length: 1024 }));
      const found = [...volume.ownersOf(ranges)].map((owner) => key({ ...owner, position: owner.position - 512 }));
      const expected = placed.filter(({ lcn }) => clusters.includes(lcn)).map(key);
      expect(found.sort(), `seed ${random.seed}, round ${round}`).toEqual(expected.sort());
    }
    const whole = [...volume.ownersOf([{ offset: 0, length: builder.image.length }])];
    for (const { path, part, position, lcn } of placed) {
      const offset = lcn * CLUSTER;
      const owner = whole.find(
        (o) => o.path === path && o.part === part && o.position <= position && position < o.position + o.length,
      );
      expect(owner && owner.offset + position - owner.position, path).toBe(offset);
    }
    expect(whole.map(({ path }) => path)).toContain('/$LogFile');
    expect([...volume.ownersOf([])]).toEqual([]);
  });

  it('are the files whose records are hit, readable or not', () => {
    const builder = new NtfsBuilder();
    const small = builder.add({ name: 'small.txt', content: 'in its record' });
    const lost = builder.add({ name: 'lost.txt', content: 'under a broken record' });
    const nameless = builder.add({ name: 'nameless', content: 'in no directory either', unlisted: true });
    const range = (record: number) => ({ offset: builder.offsetOf(record) + 300, length: 8 });
    builder.build();
    for (const record of [lost, nameless])
      builder.image.fill(0xee, builder.offsetOf(record), builder.offsetOf(record) + 4);
    const volume = NtfsVolume.open(new FileMap(new MemoryFile(builder.image, 'built')), { name: 'built' });
    const owners = [...volume.ownersOf([range(1), range(small), range(lost), range(nameless)])];
    expect(owners.map(({ path, part }) => `${path}: ${part}`)).toEqual([
      '/$MFTMirr: file record',
      '/small.txt: file record',
      '/lost.txt: file record',
      `/$Orphans/record ${nameless}: file record`,
    ]);
    expect(owners[1]!.offset).toBe(builder.offsetOf(small));
  });
});
