/**
 * Picks what this process can use of the platform: the shim for it, or the portable fallback with the reason.
 * A shim that fails to load, for whatever reason, is a normal state.
 */
import type { HostFiles } from '../src/io/host-files.ts';
/** `portable`: do without the platform, as on a machine without koffi. */
export declare function loadHostFiles(choice?: 'best' | 'portable'): Promise<HostFiles>;
