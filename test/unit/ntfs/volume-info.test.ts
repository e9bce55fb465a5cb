/**
 * Goal: the volume's own word about its state is told as it is, and a damaged word is `unknown`, not `clean`.
 * Method: journals of Windows put into a built volume, whole, torn and cut; dirty flag set and not.
 */

import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { journalState } from '../../../src/ntfs/log-file.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { NtfsBuilder, protect } from '../../support/ntfs-builder.ts';
import { Random } from '../../support/random.ts';

function state(bytes: Uint8Array): string {
  return journalState(new FileMap(new MemoryFile(bytes)));
}

/** A restart page of 4 KiB. */
function restartPage(lsn: bigint, inUseList: number, flags: number): Uint8Array {
  const page = new Uint8Array(4096);
  const view = new DataView(page.buffer);
  page.set(Buffer.from('RSTR'));
  view.setUint16(4, 0x1e, true);
  view.setUint16(6, 9, true);
  view.setUint32(16, 4096, true);
  view.setUint32(20, 4096, true);
  view.setUint16(24, 0x30, true);
  view.setBigUint64(0x30, lsn, true);
  view.setUint16(0x30 + 12, inUseList, true);
  view.setUint16(0x30 + 14, flags, true);
  protect(page, 0x1e);
  return page;
}

describe('the journal', () => {
  it.each([
    ['only 0xFF, as formatting leaves it', new Uint8Array(8192).fill(0xff), 'empty'],
    ['of zeros', new Uint8Array(8192), 'unknown'],
    ['of no bytes', new Uint8Array(0), 'unknown'],
    ['with no client', Buffer.concat([restartPage(9n, 0xffff, 0), restartPage(8n, 0, 0)]), 'clean'],
    ['marked clean', Buffer.concat([restartPage(9n, 0, 2), restartPage(8n, 0, 0)]), 'clean'],
    ['with a client', Buffer.concat([restartPage(9n, 0, 0), restartPage(8n, 0xffff, 0)]), 'unclean'],
    [
      'newer in its second page, beyond 2^53',
      Buffer.concat([restartPage(2n ** 60n, 0xffff, 0), restartPage(2n ** 60n + 1n, 0, 0)]),
      'unclean',
    ],
    [
      'torn in its first page',
      Buffer.concat([restartPage(9n, 0, 0).fill(7, 510, 512), restartPage(8n, 0xffff, 0)]),
      'clean',
    ],
  ])('%s', (_what, bytes, expected) => {
    expect(state(new Uint8Array(bytes))).toBe(expected);
  });

  it.skipIf(fixturesRoot() === null).each(['LogFile_7', 'LogFile_10', 'LogFile_10_large'])(
    fixturesTitle('%s of Windows is understood, and never read as clean when its pages are damaged'),
    (name) => {
      const bytes = new Uint8Array(readFixture(`ntfs/dfir_ntfs/${name}.bin.gz`));
      expect(['clean', 'unclean']).toContain(state(bytes));
      const random = new Random(17);
      for (let round = 0; round < 50; round++) {
        const copy = bytes.slice();
        copy.set(random.bytes(600), 0);
        copy.set(random.bytes(600), 4096);
        expect(state(copy)).toBe('unknown');
      }
    },
  );
});

describe('the volume record', () => {
  it('gives label, version, serial, and the dirty flag', () => {
    const builder = new NtfsBuilder();
    const image = builder.build();
    const info = NtfsVolume.open(new FileMap(new MemoryFile(image)), { name: 'v' }).info;
    expect(info).toEqual({
      kind: 'NTFS',
      version: '3.1',
      label: 'built',
      serial: '5566-7788 1122334455667788',
      size: image.length - 512,
      clusterSize: 4096,
      dirty: false,
      journal: 'empty',
    });
    let at = builder.offsetOf(3) + 0x38;
    const view = new DataView(image.buffer);
    while (view.getUint32(at, true) !== 0x70) at += view.getUint32(at + 4, true);
    image[at + 24 + 10] = 1;
    const dirty = NtfsVolume.open(new FileMap(new MemoryFile(image)), { name: 'v' });
    expect(dirty.info.dirty).toBe(true);
    expect(dirty.findings).toMatchObject([{ severity: 'info', code: 'NTFS_VOLUME_DIRTY' }]);
  });

  it('is incomplete, and said to be, when record 3 and its copy are lost', () => {
    const builder = new NtfsBuilder();
    const image = builder.build();
    image.fill(0, builder.offsetOf(3), builder.offsetOf(4));
    image.fill(0, builder.mirrorLcn * 4096 + 3 * 1024, builder.mirrorLcn * 4096 + 4 * 1024);
    const volume = NtfsVolume.open(new FileMap(new MemoryFile(image)), { name: 'v' });
    expect(volume.info).toMatchObject({ label: '', version: 'unknown' });
    expect(volume.findings.map(({ code }) => code)).toEqual(['NTFS_RECORD_EMPTY']);
  });
});
