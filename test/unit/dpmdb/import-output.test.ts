/**
 * Goal: the output of a printed script is read as programs write it, and no row of it goes missing without a word. Method:
 * two replicas, once through each way of saving them; what stands around them is what those programs print.
 */

import { describe, expect, it } from 'vitest';
import { importScriptOutput } from '../../../src/dpmdb/import-output.ts';

const [A, B] = ['11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222'];
const HEAD = ['NetbiosName', 'DataSourceName', 'Validity', 'AccessPath', 'Folder', 'Replica'];
const ROWS = [
  ['SQL01', 'PAYROLL', '2', 'E:\\DPM\\', 'dpm01\\', A],
  ['FS01', 'D:\\', '1', 'F:\\DPM\\', 'dpm01\\', B],
];
/** Of legacy storage: other columns, of other widths. */
const HEAD_LEGACY = ['NetbiosName', 'DataSourceName', 'MountPointPath', 'Replica'];
const ROWS_LEGACY = [['FS01', 'D:\\', 'C:\\DPM\\Volumes\\vol_1\\', B]];

const csv = (rows: readonly string[][]): string => rows.map((row) => row.join(',')).join('\r\n');
const aligned = (head: string[], rows: string[][]): string => {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)) + 3);
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows].map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join(' ')).join('\r\n');
};
const rule = HEAD.map((name) => '-'.repeat(name.length));

const read = (content: string) => {
  const { known, leftOut } = importScriptOutput(content, 'out.csv');
  return { names: known.replicas.map(({ replicaId, dataSource }) => [replicaId, dataSource]), leftOut };
};

describe('output of the script', () => {
  it.each([
    ['CSV', csv([HEAD, ...ROWS])],
    [
      'of sqlcmd -s "," -W',
      `Changed database context to 'DPMDB'.\r\n${csv([HEAD, rule, ...ROWS])}\r\n\r\n(2 rows affected)\r\n`,
    ],
    [
      'of Export-Csv',
      `#TYPE System.Data.DataRow\r\n${csv([HEAD, ...ROWS].map((row) => row.map((cell) => `"${cell}"`)))}`,
    ],
    ['of sqlcmd -w 65535', `Changed database context to 'DPMDB'.\n${aligned(HEAD, ROWS)}\n\n(2 Zeilen betroffen)\n`],
    [
      'of both queries, aligned',
      `${aligned(HEAD, ROWS.slice(0, 1))}\n\n(1 rows affected)\n${aligned(HEAD_LEGACY, ROWS_LEGACY)}\n`,
    ],
    ['of both queries, CSV', `${csv([HEAD, ROWS[0]!])}\n\n(1 rows affected)\n${csv([HEAD_LEGACY, ...ROWS_LEGACY])}\n`],
  ])('%s', (_what, content) => {
    expect(read(content)).toEqual({
      names: [
        [A, 'PAYROLL'],
        [B, 'D:\\'],
      ],
      leftOut: [],
    });
  });

  it('a name may hold a separator and a line end', () => {
    expect(read(`${HEAD.join(',')}\r\nSQL01,"PAY,\r\nROLL",2,E:\\,dpm01\\,${A}`).names).toEqual([[A, 'PAY,\nROLL']]);
  });

  it('a lone quote in a name, which sqlcmd does not double, swallows no other row', () => {
    const names = ['12" disks', '"open', '"a" or "b"'];
    const replicas = [A, B, '33333333-3333-3333-3333-333333333333'];
    const rows = names.map((name, i) => ['SQL01', name, '2', 'E:\\', 'dpm01\\', replicas[i]!]);
    expect(read(csv([HEAD, rows[0]!, ROWS[1]!])).names).toEqual([
      [A, '12" disks'],
      [B, 'D:\\'],
    ]);
    expect(read(csv([HEAD, rule, ...rows])).names.map(([id]) => id)).toEqual(replicas);
  });

  it('a row that names no replica is kept in mind', () => {
    const { names, leftOut } = read(csv([HEAD, ROWS[0]!, ['FS01', 'D:\\', '1', 'F:\\DPM\\', 'dpm01\\', '2222']]));
    expect(names).toEqual([[A, 'PAYROLL']]);
    expect(leftOut).toEqual(['FS01, D:\\, 1, F:\\DPM\\, dpm01\\, 2222']);
  });

  it('what names none at all is refused, with what to give sqlcmd', () => {
    expect(() => read('nothing\nof the kind')).toThrow(/names no replica/);
  });
});
