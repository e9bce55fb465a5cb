/**
 * Disks, volumes and shadow copies through Windows' own tools: the words' port. What an action did is found by listing the
 * state again: exit codes and sentences of these tools cannot be relied on. Whoever exposes for a while holds a lease,
 * which ends also when the work fails.
 */
import type { HostExposure, HostListing, HostProperty, HostShadow, HostTools, HostVolume, ShadowFilter } from '../../src/words/host-tools.ts';
import { type ToolRunner } from './run-tool.ts';
export declare class WindowsMounts implements HostTools {
    #private;
    constructor(run: ToolRunner);
    attach(path: string): Promise<void>;
    detach(path: string): Promise<void>;
    diskNumber(path: string): Promise<number | null>;
    diskPath(number: number): Promise<string | null>;
    describeDisk(path: string): Promise<readonly HostProperty[] | null>;
    testDisk(path: string): Promise<boolean | null>;
    volumes(): Promise<HostListing<HostVolume>>;
    assign(place: string, volume: string): Promise<void>;
    release(place: string): Promise<void>;
    shadows({ volume, shadow, withTimes }: ShadowFilter): Promise<HostListing<HostShadow>>;
    vssadminList(what: string, volume?: string): Promise<readonly string[]>;
    diskshadow(script: readonly string[]): Promise<readonly string[]>;
    expose(shadowId: string, place: string): Promise<void>;
    unexpose(place: string): Promise<void>;
    exposed(): Promise<readonly HostExposure[]>;
    copyTree(source: string, target: string, names: readonly string[]): Promise<void>;
    /** Attaches a disk read-only while `work` runs. */
    withDisk<T>(path: string, work: () => Promise<T>): Promise<T>;
    /** Shows a volume at a free letter while `work` runs. */
    withVolume<T>(volume: string, work: (letter: string) => Promise<T>): Promise<T>;
    withShadow<T>(shadowId: string, work: (letter: string) => Promise<T>): Promise<T>;
}
/** The last letter that nothing has: low ones are handed out to disks that appear. */
export declare function freeLetter(volumes: readonly HostVolume[], others?: readonly string[]): string;
