/**
 * The machine's own disks, volumes and shadow copies, as Windows' tools list and command them: the port. `native-shims`
 * fills it on Windows; elsewhere there is none, and the words read images in userspace.
 *
 * Contract:
 * 1. An action is done when the next listing shows it. Otherwise it throws, kind `io`, with what the tool said.
 * 2. A tool that this machine lacks is kind `unsupported`; output that cannot be told apart is kind `corrupt`.
 * 3. Nothing here deletes or resizes shadow copies, or attaches a disk for writing.
 * 4. Lines are the tool's own, in its own language, without its maker's banner.
 */
export interface HostTools {
  /** Attaches a disk, read-only and without a letter. */
  attach(path: string): Promise<void>;
  detach(path: string): Promise<void>;
  /** The number under which a disk is attached; null when it is not. */
  diskNumber(path: string): Promise<number | null>;
  /** The file that is attached under this number; null when there is none. */
  diskPath(number: number): Promise<string | null>;
  /** `Get-VHD`; null where Hyper-V's cmdlets are not installed. */
  describeDisk(path: string): Promise<readonly HostProperty[] | null>;
  /** `Test-VHD`; null where Hyper-V's cmdlets are not installed. */
  testDisk(path: string): Promise<boolean | null>;

  volumes(): Promise<HostListing<HostVolume>>;
  /** Shows a volume at a letter, or at an empty folder. */
  assign(place: string, volume: string): Promise<void>;
  release(place: string): Promise<void>;

  shadows(filter: ShadowFilter): Promise<HostListing<HostShadow>>;
  /** The other lists of vssadmin. */
  vssadminList(
    what: 'shadowstorage' | 'volumes' | 'providers' | 'writers',
    volume?: string,
  ): Promise<readonly string[]>;
  /** Lines of diskshadow, run in one session of it. Throws when one fails. */
  diskshadow(script: readonly string[]): Promise<readonly string[]>;
  expose(shadowId: string, place: string): Promise<void>;
  unexpose(place: string): Promise<void>;
  /** Shadow copies that are exposed now: at the start of a run, what an earlier one left behind. */
  exposed(): Promise<readonly HostExposure[]>;

  /**
   * Exposes a shadow copy at a free letter while `work` runs; it is taken back however that ends. One that is exposed already is
   * read where it is, and stays there. `letter`: `X:`, or a folder.
   */
  withShadow<T>(shadowId: string, work: (letter: string) => Promise<T>): Promise<T>;
  /** Copies files of these names from anywhere below a folder, with backup rights: access lists do not count. */
  copyTree(source: string, target: string, names: readonly string[], signal?: AbortSignal): Promise<void>;
}

export type HostListing<T> = { readonly items: readonly T[]; readonly lines: readonly string[] };
export type HostProperty = readonly [name: string, value: string];
export type HostVolume = { readonly name: string; readonly mountPoints: readonly string[] };
export type ShadowFilter = {
  readonly volume?: string | undefined;
  readonly shadow?: string | undefined;
  /** `createdLocal` is needed: it is asked for where what is printed can be read in two ways. */
  readonly withTimes?: boolean;
};
export type HostExposure = { readonly id: string; readonly at: string };

export type HostShadow = {
  /** In braces, as printed. */
  readonly id: string;
  readonly setId: string;
  /** As printed, in the style of the machine. */
  readonly created: string;
  /** The same, local time without an offset; null where day and month cannot be told apart. */
  readonly createdLocal: string | null;
  /** `\\?\Volume{...}\`, or a share. */
  readonly originalVolume: string;
};
