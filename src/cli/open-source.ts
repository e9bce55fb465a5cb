/** The volume that words and options name: of an image, or of one state of a replica in a pool. */

import { type Finding, invalidArgument } from '../errors.ts';
import { chooseShadow } from '../image/choose-shadow.ts';
import { type Image, openImage } from '../image/image.ts';
import type { Volume } from '../image/volume.ts';
import { chooseVolume } from '../pool/replica-volume.ts';
import { choosePoint } from '../pool/storage-pool.ts';
import { chosenVolume, shadowChoice, timeOption } from './choose-volume.ts';
import { type CommandCall, flag, text } from './command.ts';
import { isPool, refusePoolOptions } from './is-pool.ts';
import { findingLine, note } from './output.ts';

export type OpenVolume = AsyncDisposable & { readonly image: Image; readonly volume: Volume };

/**
 * Opens an image. What makes doubtful whether it is the one that was meant, or, where something is to be ignored, what comes
 * out of it, is told before anything is read.
 */
export async function openNamed({ options, open }: CommandCall, locator: string): Promise<Image> {
  const image = await openImage(locator, open);
  const ignores = flag(options, 'ignore-log') || flag(options, 'ignore-parent-id');
  tell(ignores ? image.findings : image.source.findings);
  return image;
}

function tell(findings: readonly Finding[] = []): void {
  for (const finding of findings) if (finding.severity !== 'info') note(findingLine(finding));
}

/** Opens the first word. A pool needs `--replica`, by GUID or by name; its state is chosen as by `recover`. */
export async function openVolume(call: CommandCall): Promise<OpenVolume> {
  const { words, options, open } = call;
  const replica = text(options, 'replica');
  if (!(await isPool([words[0]!], open))) {
    const image = await openNamed(call, words[0]!);
    return orClose(image, [image], () => {
      refusePoolOptions(call, image.name);
      return chosenVolume(image, options);
    });
  }
  if (replica === undefined) {
    throw invalidArgument('CLI_REPLICA', `${words[0]} is a pool: say which replica`, {
      hint: "--replica GUID, or a name: --replica 'SQL01\\PAYROLL' (pitvault catalog lists them)",
    });
  }
  const { openPool } = await import('../pool/scan-pool.ts');
  const { namedReplica } = await import('./pool-names.ts');
  const pool = await openPool(words[0]!, open);
  try {
    const [container] = pool.select(await namedReplica(pool, call, replica));
    const choice = {
      latest: flag(options, 'latest'),
      atMs: timeOption(options, 'at')?.getTime(),
      point: text(options, 'point'),
    };
    const image = await (await choosePoint(container!, choice)).open();
    tell(image.source.findings);
    return await orClose(image, [image, pool], () =>
      chooseShadow(chooseVolume(image, container!, text(options, 'volume')), shadowChoice(options)),
    );
  } catch (error) {
    await pool.close();
    throw error;
  }
}

async function orClose(
  image: Image,
  owned: readonly { close(): Promise<void> }[],
  choose: () => Volume,
): Promise<OpenVolume> {
  const close = async (): Promise<void> => {
    for (const each of owned) await each.close();
  };
  try {
    return { image, volume: choose(), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
