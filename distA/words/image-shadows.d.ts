/** Shadow copies of attached disks and named images, and recovery points of pools as shadow copies of their replicas. */
import type { DiskshadowCommand } from './diskshadow-grammar.ts';
import type { AddedVolume, Aliases, ShadowActions } from './shadow-actions.ts';
import type { WordsContext } from './words-context.ts';
export declare class ImageShadows implements ShadowActions {
    #private;
    constructor(context: WordsContext, named: readonly string[], allowDelete: boolean);
    list(command: DiskshadowCommand & {
        verb: 'list';
    }, aliases: Aliases): Promise<void>;
    expose(id: string, place: string): Promise<void>;
    unexpose(place: string): Promise<void>;
    add({ volume, provider }: AddedVolume): Promise<void>;
    /** The points of a replica: what it holds now becomes the newest of them. */
    create(volumes: readonly AddedVolume[]): Promise<Aliases>;
    delete(what: readonly string[]): Promise<void>;
}
