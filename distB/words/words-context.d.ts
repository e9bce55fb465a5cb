/** What the words are given by whoever runs them. */
import type { OpenOptions } from '../image/source.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { Mounter } from './exposing.ts';
export type WordsContext = {
    readonly out: (line: string) => void;
    /** Has what was printed so far reach its reader: somebody else prints next. */
    readonly flush: () => void;
    /** What is worth knowing while something takes its time; no part of the results. */
    readonly note: (text: string) => void;
    readonly mounter: Mounter;
    readonly open: OpenOptions;
    /** Absolute form of a locator on the command line. */
    readonly absolute: (locator: string) => string;
    readonly computerName: string;
    /** What the platform can do with files: locks, for those words that write to pools. */
    readonly files: () => Promise<HostFiles>;
    /** Next line of input, or null at its end; prompts when somebody is there to see it. */
    readonly ask: (prompt: string) => Promise<string | null>;
    /** Runs what may wait for ever, and hears no signal meanwhile: one ends the process then. */
    readonly waiting: <T>(work: () => T) => T;
};
