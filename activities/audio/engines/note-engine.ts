import type { FoundEngines } from '../../../contracts/audio-engines.ts';
import type { AudioFolders } from '../../../platform/audio-folder.ts';
import { isoTime } from '../../../platform/time.ts';
import { needed, programs, type Engine, type Program } from '../engine.ts';
import { writeWhole } from '../kept.ts';

/** Which programs were found, and which are missing. @param at in epoch ms */
export const foundBy = ({ tools }: Pick<Engine, 'tools'>, at: number): FoundEngines => ({
  programs: (Object.keys(programs) as Program[]).map((name) => ({
    name,
    version: tools[name] ?? null,
    package: programs[name],
    needed: needed.includes(name),
  })),
  seen_at: isoTime(at),
});

/** Writes down what was found, for the gateway: shubniggurath has no store, and sleeps most of the time. */
export const noteEngine = (
  folders: Pick<AudioFolders, 'engine'>,
  found: FoundEngines,
): Promise<void> => writeWhole(folders.engine, JSON.stringify(found));
