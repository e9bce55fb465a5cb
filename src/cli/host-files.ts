/** The composition root's half of native-shims: the only file of src that loads them. */

import type { HostFiles } from '../io/host-files.ts';

/** PITVAULT_NATIVE=off does without: for a machine on which calling the platform goes wrong. */
export async function hostFiles(): Promise<HostFiles> {
  const { loadHostFiles } = await import('../../native-shims/load.ts');
  return loadHostFiles(process.env['PITVAULT_NATIVE'] === 'off' ? 'portable' : 'best');
}
