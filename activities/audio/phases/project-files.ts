import { mkdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import type { AudioReport } from '../../../contracts/audio-report.ts';
import { trackEffects } from '../../../domain/audio/mix/bus.ts';
import type { Fader } from '../../../domain/audio/mix/faders.ts';
import { ownEffects } from '../../../domain/audio/reaper/effects.ts';
import { effectText } from '../../../domain/audio/reaper/jsfx.ts';
import { chainText, projectText, type ProjectTrack } from '../../../domain/audio/reaper/project.ts';
import { bringInput } from '../input-file.ts';
import { writeWhole } from '../kept.ts';
import type { PhaseWork } from '../work.ts';
import type { MeasuredFile } from './measure.ts';
import { probe } from './probe.ts';
import { outFolder, type Rendered } from './rendered.ts';

/** What a mix decided; `mix.json` has the same. */
export interface MixNotes {
  faders: Fader[];
  master_gain_db: number;
}

const sources: Record<string, ProjectTrack['source']> = {
  wav: 'WAVE',
  aiff: 'WAVE',
  flac: 'FLAC',
  mp3: 'MP3',
  ogg: 'VORBIS',
};

/** Writes the REAPER project: its text, and beside it the files that it plays, dry. */
export async function writeProject(
  work: PhaseWork,
  files: readonly MeasuredFile[],
  report: AudioReport | null,
  rendered: Rendered | null,
): Promise<void> {
  const { kind } = work.request;
  if (kind === 'compare') return;
  const notes = JSON.parse(rendered?.texts['mix.json'] ?? 'null') as MixNotes | null;
  const folder = join(outFolder(work), 'project');
  await mkdir(join(folder, 'media'), { recursive: true });
  const probed = await probe(work);
  const tracks = await Promise.all(
    files.map(async ({ measured: { source } }, nth): Promise<ProjectTrack> => {
      const { audio_path, container, seconds } = source;
      const name = basename(audio_path, extname(audio_path));
      const file = `media/${nth + 1}${extname(audio_path).replaceAll(/[^.\w]/g, '')}`;
      await bringInput(work.folders.files, audio_path, probed[nth]!.identity, join(folder, file));
      const fader = notes?.faders[nth];
      const { gain_db = 0, pan = 0, mute = false, flip = false } = fader ?? {};
      const own = fader === undefined ? [] : trackEffects(fader);
      const about = { name, file, seconds, gain_db, pan, mute, flip };
      return { ...about, chain: own, source: sources[container] ?? 'WAVE' };
    }),
  );
  const chain = rendered?.chain ?? [];
  const guid = guidsOf(work.job_id);
  const text = projectText(
    {
      rate: Math.max(...files.map(({ measured }) => measured.source.rate)),
      bpm: report?.tempo?.bpm ?? null,
      tracks,
      // before a mastered mix gets its gain and its limiter, so that it is one of the effects
      master_gain_db: rendered?.master == null ? (notes?.master_gain_db ?? 0) : 0,
      chain,
      issues: report?.issues ?? [],
    },
    guid,
  );
  await writeWhole(join(folder, 'song.RPP'), text);
  for (const effect of ownEffects([...chain, ...tracks.flatMap((track) => track.chain)]))
    await writeWhole(join(folder, 'Effects/VX11', `${effect}.jsfx`), effectText(effect));
  if (chain.length > 0) await writeWhole(join(folder, 'chain.RfxChain'), chainText(chain, guid));
}

/** GUIDs of version 5: the same job and part always have the same one. */
export const guidsOf =
  (job_id: string) =>
  (what: string): string => {
    const hex = createHash('sha1').update(`vx11 ${job_id} ${what}`).digest('hex');
    const variant = ((Number.parseInt(hex[16]!, 16) % 4) + 8).toString(16);
    const text = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `5${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
    return `{${text.toUpperCase()}}`;
  };
