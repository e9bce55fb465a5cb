/** Goal: no data source that is in the pool is called missing. Method: a DPMDB in memory whose data sources share a replica. */

import { expect, it } from 'vitest';
import { makeCatalog } from '../../../src/dpmdb/catalog.ts';
import { readKnownPool } from '../../../src/dpmdb/known-replicas.ts';
import type { Container } from '../../../src/pool/storage-pool.ts';
import { MemoryTable, tablesOf } from '../../support/memory-table.ts';

const SHARED = '11111111-1111-1111-1111-111111111111';
const OTHER = '22222222-2222-2222-2222-222222222222';

it('data sources that are protected together share one replica, and all of them are here', () => {
  const tables = tablesOf('DPMDB', [
    new MemoryTable('tbl_IM_DataSource', 'DataSourceId DataSourceName ServerId ProtectedGroupId', [
      ['D1', 'PAYROLL', 'S1', 'G1'],
      ['D2', 'STOCK', 'S1', 'G1'],
      ['D3', 'GONE', 'S1', 'G1'],
    ]),
    new MemoryTable('tbl_PRM_LogicalReplica', 'PhysicalReplicaId DataSourceId Validity:int', [
      [SHARED, 'D1', 2],
      [SHARED, 'D2', 2],
      [OTHER, 'D3', 2],
    ]),
    new MemoryTable('tbl_AM_Server', 'ServerId NetbiosName', [['S1', 'SQL01']]),
  ]);
  const container = { replicaId: SHARED, server: 'dpm01', folders: [], replica: null, points: [] };
  const source = { database: 'DPMDB.mdf', replicaId: null, pointId: null, capturedMs: null };
  const { entries } = makeCatalog([container as unknown as Container], readKnownPool(tables), source);
  expect(entries.map(({ name, state }) => [name, state])).toEqual([
    ['SQL01\\PAYROLL', 'here'],
    ['SQL01\\STOCK', 'here'],
    ['SQL01\\GONE', 'missing'],
  ]);
});
