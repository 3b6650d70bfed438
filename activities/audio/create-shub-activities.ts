import { mkdir } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import type { AudioFolders } from '../../platform/audio-folder.ts';
import type { AudioProgress, ShubActivities } from './audio-activities.ts';
import { findEngine, type Engine } from './engine.ts';
import { audioActivity } from './failure.ts';
import { runPhase } from './run-phase.ts';

/** What shubniggurath does. @param path where its programs are looked for */
export function createShubActivities(folders: AudioFolders, path: string): ShubActivities {
  let found: Promise<Engine> | null = null;
  const engine = (): Promise<Engine> => (found ??= findEngine(path));
  return {
    audioReady: async () => undefined,
    runAudioPhase({ phase, ...work }) {
      let progress: AudioProgress = { phase, part: 0, pass: null };
      return audioActivity(
        async () => {
          await mkdir(folders.cache, { recursive: true });
          const { cancellationSignal: signal } = Context.current();
          return runPhase(
            {
              ...work,
              folders,
              engine: await engine(),
              signal,
              // it never goes back, as where a file is written again
              progress: (part, pass = progress.pass ?? undefined) =>
                void (progress = {
                  phase,
                  part: Math.max(progress.part, part),
                  pass: pass ?? null,
                }),
            },
            phase,
          );
        },
        () => progress,
      );
    },
  };
}
