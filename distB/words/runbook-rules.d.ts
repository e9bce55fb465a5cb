/** The rules of recovering DPMDB that apply, each with its sentence, judged by what was found out. Pure. */
import type { RunbookFacts, RunbookRule } from './runbook.ts';
/** What was found out about a pool, for the rules; undefined where nobody looked. */
export type PoolEvidence = {
    readonly servers?: readonly string[] | undefined;
    readonly readable?: boolean | undefined;
    /** Why it is not. */
    readonly unreadable?: string | undefined;
    readonly strangeFolders?: readonly string[] | undefined;
    readonly mountsLeft?: readonly string[] | undefined;
    /** The target folder, and whether others than its owner may read it. */
    readonly target?: {
        readonly folder: string;
        readonly isOpen: boolean;
    } | undefined;
};
/** The rules that apply, each with the sentence it comes from. */
export declare function recoverDpmdbRules(facts: RunbookFacts, evidence: PoolEvidence): RunbookRule[];
