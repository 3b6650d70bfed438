import { join } from 'node:path';
import { matchOf } from '../../../domain/audio/match.ts';
import { codecOf, toRate } from '../../../domain/audio/filters.ts';
import { AudioFailure } from '../failure.ts';
import type { PhaseWork } from '../work.ts';
import { measure } from './measure.ts';
import { probe, withInput } from './probe.ts';
import { outFolder, type Rendered } from './rendered.ts';
import { writeAudio } from './write-audio.ts';

/** Writes both files at the same loudness, rate and length: the louder one is turned down, and none is ever turned up. */
export async function renderCompare(work: PhaseWork): Promise<Rendered> {
  const files = await probe(work);
  const [a, b] = (await measure(work)).map(({ measured }) => measured);
  const match = matchOf(a!, b!);
  if (match === null)
    throw new AudioFailure('silent', 'One of them is silent, so that there is nothing to match.');
  const rate = Math.max(...files.map((file) => file.rate));
  const seconds = Math.min(a!.source.seconds, b!.source.seconds);
  const names = ['a.wav', 'b.wav'];
  for (const [nth, file] of files.entries()) {
    const gain = nth === 0 ? match.a_gain_db : match.b_gain_db;
    const filters = [`volume=${gain}dB:precision=double`, ...toRate(file.rate, rate)];
    await withInput(work, file, (input) =>
      writeAudio(work.engine, {
        inputs: [input],
        graph: `[0:a:0]${filters.join(',')}[out]`,
        as: ['-t', seconds.toFixed(6), ...codecOf({ container: 'wav', bits: 24 })],
        file: join(outFolder(work), names[nth]!),
        seconds,
        signal: work.signal,
        progress: (part) => work.progress((nth + part) / 2),
      }),
    );
  }
  return {
    files: names,
    master: null,
    chain: [],
    issues: [],
    texts: { 'compare.json': `${JSON.stringify({ rate, seconds, ...match }, null, 2)}\n` },
  };
}
