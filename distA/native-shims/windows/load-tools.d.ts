/** The tools of this Windows, or null on another system. Their text is in the code page that consoles have here. */
import type { HostTools } from '../../src/words/host-tools.ts';
export declare function loadWindowsTools(): Promise<HostTools | null>;
