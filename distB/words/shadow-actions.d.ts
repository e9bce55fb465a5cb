/** What diskshadow's interpreter does to shadow copies: in images and pools here, or on a Windows machine. */
import type { DiskshadowCommand } from './diskshadow-grammar.ts';
export type AddedVolume = {
    readonly volume: string;
    readonly alias: string | undefined;
    /** GUID of the provider that shall make its copy. */
    readonly provider?: string | undefined;
};
/** Values of aliases by name, as it is spelled. */
export type Aliases = ReadonlyMap<string, string>;
/** Each prints what it has done, and throws where it cannot be done, with what it would need. */
export interface ShadowActions {
    list(command: DiskshadowCommand & {
        verb: 'list';
    }, aliases: Aliases): Promise<void>;
    expose(id: string, place: string): Promise<void>;
    unexpose(place: string): Promise<void>;
    /** Whether a shadow copy can be made of the volume. */
    add(volume: AddedVolume): Promise<void>;
    /** Makes one of each volume added. `settings`: words after `set`, by their first. Returns the aliases of what was made. */
    create(volumes: readonly AddedVolume[], settings: ReadonlyMap<string, string>): Promise<Aliases>;
    delete(what: readonly string[]): Promise<void>;
}
