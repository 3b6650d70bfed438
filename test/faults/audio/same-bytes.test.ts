import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AudioRequest } from '../../../contracts/audio.ts';

import { masterRequest, mixRequest } from '../../../domain/audio/request.ts';
import { hasEngine, startAudioBench } from '../../activities/audio/bench.ts';
import { wavOf } from '../../activities/audio/wav.ts';
import { stereoSong } from '../../domain/audio/songs.ts';

const song = wavOf(stereoSong({ tonic: 2, scale: 'major', bpm: 97, drums: true, length: 8 }), {
  rate: 44_100,
});
const audio_path = 'song.wav';
const flac = { container: 'flac', bits: 16 } as const;
const jobs: [string, AudioRequest, string][] = [
  [
    'limited master',
    masterRequest({ audio_path, target: { lufs: -10, ceiling_dbtp: -1 } })!,
    'master.wav',
  ],
  ['corrected master', masterRequest({ audio_path, preset: 'rock' })!, 'master.wav'],
  ['dithered FLAC', masterRequest({ audio_path, format: flac })!, 'master.flac'],
  ['mix', mixRequest({ stems: [{ audio_path }, { audio_path, pan: 0.5 }] }), 'mix.wav'],
];

describe.skipIf(!hasEngine)('the same job', () => {
  test.each(jobs)(
    'of a %s has the same bytes in three runs, on one thread and on two',
    async (_, request, file) => {
      const found = new Set<string>();
      for (const threads of [1, 1, 2]) {
        const bench = await startAudioBench(threads);
        await bench.put(audio_path, song);
        const job = await bench.run(request);
        found.add(hash('sha256', await job.artifact(file)));
        await bench.remove();
      }
      expect(found.size).toBe(1);
    },
  );
});
