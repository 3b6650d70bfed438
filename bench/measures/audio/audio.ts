import type { Measure, Result } from '../../measure.ts';
import { timed } from '../../sample.ts';
import { ceilings, ebu } from './accuracy.ts';
import { hearing } from './hearing.ts';
import { withAudio } from './jobs.ts';
import { memory } from './memory.ts';
import { putSong, speeds } from './speed.ts';

/** How well and how fast shubniggurath hears, measures and masters, with ffmpeg's own meter beside it. */
export const audio: Measure = {
  name: 'audio',
  compute: (quick) =>
    withAudio(async (bench) => {
      await putSong(bench);
      return [
        ...(await part('speed', () => speeds(bench, quick ? 2 : 4))),
        ...(await part('tempo and key', () => hearing(bench, quick))),
        ...(await part('EBU cases', () => ebu(bench, quick))),
        ...(await part('ceilings', () => ceilings(bench, quick))),
        ...(await part('memory', async () => [await memory(bench, quick ? 0.25 : 2)])),
      ];
    }),
};

/** Says how long a part of the measure took, since the whole takes a quarter of an hour. */
async function part(name: string, measure: () => Promise<Result[]>): Promise<Result[]> {
  const [took, results] = await timed(measure);
  console.error(`  ${name}: ${Math.round(took / 1000)} s`);
  return results;
}
