/** The composition root's way to Windows' own tools; null elsewhere, and where PITVAULT_NATIVE=off does without. */

import type { HostTools } from '../words/host-tools.ts';

export async function hostTools(): Promise<HostTools | null> {
  if (process.platform !== 'win32' || process.env['PITVAULT_NATIVE'] === 'off') return null;
  const { loadWindowsTools } = await import('../../native-shims/windows/load-tools.ts');
  return loadWindowsTools();
}
