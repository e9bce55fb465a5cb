/** The tools of this Windows, or null on another system. Their text is in the code page that consoles have here. */

import type { HostTools } from '../../src/words/host-tools.ts';
import * as commands from './commands.ts';
import { toolRunner } from './run-tool.ts';
import { WindowsMounts } from './windows-mounts.ts';

export async function loadWindowsTools(): Promise<HostTools | null> {
  if (process.platform !== 'win32') return null;
  const { out } = await toolRunner()(commands.codePage());
  const codePage = /(\d{3,5})\D*$/.exec(out)?.[1];
  return new WindowsMounts(codePage === undefined ? toolRunner() : toolRunner(Number(codePage)));
}
