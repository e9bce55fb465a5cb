/** The first half of a session: the client chooses export, replies in chunks, and contexts. */
import type { MetaContext, NbdExport } from './meta-context.ts';
/** Longest read that is answered. */
export declare const REQUEST_MAX: number;
export type ChosenContext = {
    readonly id: number;
    readonly context: MetaContext;
};
export declare class Negotiation {
    #private;
    state: 'flags' | 'options' | 'ready' | 'closed';
    structured: boolean;
    chosen: readonly ChosenContext[];
    constructor(served: NbdExport, send: (bytes: Buffer) => void);
    /** Takes one message from the input; returns the bytes used, 0 when there is none yet. */
    take(input: Buffer): number;
}
