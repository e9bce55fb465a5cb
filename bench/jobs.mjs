/** The jobs of the bench as data: our command, the peer's, what has to be there before each, and what is aimed at. */

import { statSync } from 'node:fs';
import { join } from 'node:path';

export const TOOLS = ['qemu-img', '7z', 'vhdimount', 'ntfs-3g', 'fls', 'losetup', 'mount', '/usr/bin/time'];

export const MDF = 'Microsoft DPM/DPM/DPMDB/DPMDB.mdf';
const MDF_SIZE = 1.5 * 2 ** 30;

const q = (text) => `'${text}'`;

/** `images`: folder of the images; `work`: an empty folder beside them; `memory`: one in memory; `root`: the repository. */
export function jobs({ images, work, memory, root }) {
  const node = q(process.execPath);
  const pv = (...args) => [node, q(join(root, 'dist/cli/main.js')), ...args.map(q)].join(' ');
  const v1 = join(images, 'v1.vhdx');
  const empty = join(images, 'empty64t.32m.vhdx');
  const allocated = statSync(v1).blocks * 512;
  const fresh = `rm -rf ${q(work)} ${q(memory)} && mkdir -p ${q(work)}/o ${q(memory)}`;

  /** What one does without pitvault: the disk through FUSE, a loop device, the volume through FUSE. Undone in any case. */
  const mounted = `cd ${q(work)}; mkdir v n; trap 'umount n; losetup -d $L; umount v' EXIT
vhdimount ${q(v1)} v >/dev/null && L=$(losetup -r --show -f -o 1048576 v/vhdi1) && ntfs-3g -o ro,noatime $L n && cp ${q(`n/${MDF}`)} o/`;
  const listMounted = `cd ${q(work)}; mkdir v; trap 'umount v' EXIT
vhdimount ${q(v1)} v >/dev/null && fls -r -o 2048 v/vhdi1`;

  const read = { job: 'whole virtual disk to null', ours: pv('bench', 'read', v1), bytes: allocated };
  const recover = (...more) => pv('recover', v1, '--files', MDF, '--out', `${work}/o`, ...more);
  const copy = { job: 'recover DPMDB.mdf, no hash', ours: recover('--no-hash'), bytes: MDF_SIZE };
  const extract = { peer: '7z x', theirs: `7z e -y -bd -o${q(`${work}/o`)} ${q(v1)} ${q(MDF)}` };
  const list = { job: 'list 20,000 files', ours: pv('ls', '-R', v1), count: 20_000 };
  const scan = pv('scan', join(images, 'pool100'));
  const node0 = { peer: 'node -e 0', theirs: `${node} -e 0`, goal: 1.3, floor: 1.7 };
  return {
    fresh,
    rows: [
      {
        ...read,
        peer: 'qemu-img convert -W -m16',
        theirs: `qemu-img convert -n -W -m 16 -f vhdx --target-image-opts ${q(v1)} driver=null-co,size=4294967296`,
        goal: 0.3,
        floor: 0.4,
      },
      { ...read, peer: '7z e -so', theirs: `7z e -tvhdx -so ${q(v1)}`, goal: 1.0, floor: 1.3 },
      {
        job: 'convert to sparse raw',
        ours: pv('convert', v1, `${work}/a.raw`),
        bytes: allocated,
        peer: 'qemu-img convert -W -m16',
        theirs: `qemu-img convert -W -m 16 -f vhdx -O raw ${q(v1)} ${q(`${work}/b.raw`)}`,
        goal: 0.6,
        floor: 0.75,
      },
      { ...copy, ...extract, goal: 1.0, floor: 1.2 },
      { job: 'recover DPMDB.mdf with SHA-256', ours: recover(), bytes: MDF_SIZE, ...extract, goal: 1.7, floor: 2.2 },
      { ...copy, peer: 'vhdimount + ntfs-3g', theirs: mounted, goal: 0.2, floor: 0.25 },
      {
        job: 'recover 20,000 small files, no hash (tmpfs)',
        ours: pv('recover', v1, '--files', 'docs/**', '--out', `${memory}/o`, '--no-hash'),
        count: 20_000,
        peer: '7z x',
        theirs: `7z x -y -bd -o${q(memory)} ${q(v1)} 'docs/*'`,
        goal: 0.9,
        floor: 1.2,
      },
      { ...list, peer: '7z l', theirs: `7z l ${q(v1)}`, goal: 0.9, floor: 1.3 },
      { ...list, peer: 'fls -r over vhdimount', theirs: listMounted, goal: 0.7, floor: 0.9 },
      { job: 'map of an empty 64 TiB disk', ours: pv('map', empty), goal: 0.3, floor: 1 },
      {
        job: 'convert of an empty 64 TiB disk (tmpfs)',
        ours: pv('convert', empty, `${memory}/e.raw`),
        goal: 0.3,
        floor: 1,
      },
      { job: 'open + first 4 KiB, in process, warm', inProcess: v1, goal: 0.005, floor: 0.01 },
      { job: 'info', ours: pv('info', v1), ...node0 },
      // The folder for the cache is new in each round, then the same.
      {
        job: 'scan of 100 points, for the first time',
        ours: `XDG_CACHE_HOME=${q(work)} ${scan}`,
        count: 100,
        ...node0,
      },
      {
        job: 'scan of 100 points, again',
        ours: `XDG_CACHE_HOME=${q(join(images, 'cache'))} ${scan}`,
        count: 100,
        ...node0,
      },
    ],
    /** The same work with one thread and with two: `%` stands for their number. */
    scaling: [
      { job: 'whole virtual disk to null', command: pv('bench', 'read', v1, '--threads', '%') },
      ...['convert', 'database', 'hashed', 'files'].map((job) => ({
        job: {
          convert: 'convert to sparse raw',
          database: 'recover DPMDB.mdf, no hash',
          hashed: 'recover DPMDB.mdf with SHA-256',
          files: 'recover 20,000 small files, no hash (tmpfs)',
        }[job],
        command: `${node} ${q(join(root, 'bench/library-job.mjs'))} ${job} % ${q(v1)} ${q(job === 'files' ? memory : work)}`,
      })),
    ],
  };
}
