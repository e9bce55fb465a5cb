/**
 * An empty file whose name says which process made it and for what: `<subject>.held-by-<who>` beside a lock,
 * `<subject>.read-by-<who>` among leases. Whoever finds one can tell whether its maker still runs.
 *
 * 1. The name of a claim is all it says, so it is whole from the moment it exists: no crash leaves half of one.
 * 2. Names are never used twice (they hold the moment too, and a name that exists is refused), so removing the claim of a
 *    dead process can never hit a living one.
 */
import type { ProcessIdentity } from './process-identity.ts';
/** What the maker does: it writes what the subject names, or reads it. */
export type ClaimKind = 'held' | 'read';
export type Claim = {
    /** What it is about. */
    readonly subject: string;
    readonly identity: ProcessIdentity;
    /** A native lock goes with it, so whoever gets that knows that the maker is gone. */
    readonly native: boolean;
    /** For messages: removing it by hand takes the claim back. */
    readonly path: string;
};
/** A new name. */
export declare function claimName(subject: string, kind: ClaimKind, own: ProcessIdentity, native: boolean): string;
/** Claims of one kind in a folder. Throws what the system says when it cannot be listed. */
export declare function claimsIn(folder: string, kind: ClaimKind): Claim[];
/** `process 4711 on another machine` */
export declare function claimantText({ identity }: Pick<Claim, 'identity'>, own: ProcessIdentity): string;
