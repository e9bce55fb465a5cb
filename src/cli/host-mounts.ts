/** The composition root's way to what only native-shims can do for mounts. */

export type HostMounts = {
  /** Mounts through fusermount3 for those who are not root; absent where it cannot be done. */
  readonly fusermount: ((directory: string, options: readonly string[]) => Promise<number>) | undefined;
};

export async function hostMounts(): Promise<HostMounts> {
  if (process.getuid?.() === 0 || process.env['PITVAULT_NATIVE'] === 'off') return { fusermount: undefined };
  const { loadFusermount } = await import('../../native-shims/linux/fusermount.ts');
  return { fusermount: loadFusermount() };
}
