/**
 * Capture times of a container's recovery points, kept between runs: finding one out takes ten small reads all over the
 * disk's file, each a seek on a spinning disk, and a pool has thousands of points.
 *
 * 1. A time holds as long as size, modification and change time of the disk's file do: the last nobody can set.
 * 2. Only times from inside of a disk are kept, and only where nothing was met on the way that may be otherwise next time.
 *    Of the live replica, of pools that pitvault keeps (they have sidecars), of members of archives, of differencing and
 *    dynamic disks nothing is kept.
 * 3. Nor of a disk that changed a moment ago: it may change again before the file system's clock ticks.
 */
import type { Captured, CaptureTime } from './capture-time.ts';
import type { Container, Point } from './storage-pool.ts';
export declare class KeptTimes {
    #private;
    /** Null where nothing is kept. */
    static of({ cache, folders, points }: Container): KeptTimes | null;
    private constructor();
    timeOf(point: Point): CaptureTime | null;
    /** The time, which is kept when it is to be. */
    keep(point: Point, { time, isFinal }: Captured): CaptureTime;
    /** What is no longer there is not kept on. */
    save(): void;
}
