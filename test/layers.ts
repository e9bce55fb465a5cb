/**
 * The layer rule as data: a folder may import its own level's folder and any lower level, never a sibling of its level,
 * except where `also` says so. ARCHITECTURE.md shows the same table; a test keeps the two equal.
 */

export type Layer = {
  readonly level: number;
  readonly folders: readonly string[];
  readonly also?: Readonly<Record<string, readonly string[]>>;
};

export const LAYERS: readonly Layer[] = [
  {
    level: 0,
    folders: ['error-codes', 'errors', 'version', 'base'],
    also: { errors: ['error-codes'], base: ['errors'] },
  },
  { level: 1, folders: ['io', 'retention'] },
  { level: 2, folders: ['map', 'disk', 'filesystem'], also: { disk: ['map'], filesystem: ['map'] } },
  {
    level: 3,
    folders: ['codec', 'vhdx', 'vhd', 'partition', 'ldm', 'ntfs', 'sidecar', 'vss', 'mdf', 'mtf'],
    also: { ntfs: ['codec'], mtf: ['mdf'] },
  },
  { level: 4, folders: ['image', 'sql'] },
  { level: 5, folders: ['pool', 'copy', 'database', 'replica'], also: { pool: ['replica'], database: ['copy'] } },
  {
    level: 6,
    folders: ['recovery', 'diff', 'verify', 'backup', 'maintenance', 'dpmdb'],
    also: { maintenance: ['recovery'], dpmdb: ['recovery'] },
  },
  { level: 7, folders: ['serve', 'bench'] },
  { level: 8, folders: ['words'] },
  { level: 9, folders: ['index'] },
  { level: 10, folders: ['cli'] },
];

/** One door per dependency: the only file that may import it. */
export const DOORS: Readonly<Record<string, string>> = {
  'hash-wasm': 'src/sidecar/fingerprint.ts',
  yauzl: 'src/image/zip-archive.ts',
  piscina: 'src/copy/copy-threads.ts',
  picomatch: 'src/recovery/select-files.ts',
  'node-sql-parser': 'src/sql/parse.ts',
  'fast-xml-parser': 'src/words/scripting-xml.ts',
};

/** What pure code may not touch. */
export const PURE = [
  'base',
  'codec',
  'map',
  'disk',
  'filesystem',
  'vhdx',
  'vhd',
  'partition',
  'ldm',
  'ntfs',
  'mdf',
  'mtf',
  'vss',
  'retention',
  'sql',
];
/** Node modules that pure code may still use: computation only, no I/O. */
export const PURE_NODE = ['zlib'];
