/** Shadow copies of a Windows machine, through its own diskshadow, for our interpreter. */
import type { DiskshadowCommand } from './diskshadow-grammar.ts';
import type { HostTools } from './host-tools.ts';
import type { AddedVolume, Aliases, ShadowActions } from './shadow-actions.ts';
import type { WordsContext } from './words-context.ts';
export declare class HostShadows implements ShadowActions {
    #private;
    constructor(context: WordsContext, tools: HostTools);
    list(command: DiskshadowCommand & {
        verb: 'list';
    }): Promise<void>;
    expose(id: string, place: string): Promise<void>;
    unexpose(place: string): Promise<void>;
    add({ volume }: AddedVolume): Promise<void>;
    /** In one session of diskshadow, which is all that it remembers. */
    create(volumes: readonly AddedVolume[], settings: ReadonlyMap<string, string>): Promise<Aliases>;
    delete(): Promise<void>;
}
