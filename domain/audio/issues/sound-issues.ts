import type { AudioIssue, AudioRange } from '../../../contracts/audio-report.ts';
import type { Described, Measured } from '../measure/measured.ts';
import { issue } from './issue.ts';

const noisyDb = -60;
const losslessTopHz = 17_000;
/** The part of all that sounds in which hissing may stand out. */
const mostHissing = 0.05;
const longest = { lead: 0.5, tail: 3, inside: 1 };

/** What is heard in a file that should not be: noise, hum, silence, and the traces of a lossy coder. */
export function soundIssues(measured: Measured, described: Described | null): AudioIssue[] {
  const { source, counted, meter } = measured;
  if (meter.integrated === null) return [];
  const found: AudioIssue[] = [];
  const { noise_floor, spread, silences } = counted.levels;
  // a dense mix has no pauses in which noise could be heard
  if (noise_floor !== null && noise_floor > noisyDb && spread !== null && spread > 20)
    found.push(
      issue('noise', 'warn', {
        ranges: counted.levels.pauses,
        value: noise_floor,
        threshold: noisyDb,
        because: 'what is between the sounds is not quiet',
        fix: 'Gate the tracks, or reduce the noise of the one that has it',
      }),
    );
  const long = silences.filter((range) => isLong(range, source.seconds));
  if (long.length > 0)
    found.push(
      issue('silence', 'info', {
        ranges: long.slice(0, 200),
        value: Math.max(...long.map(([from, to]) => Math.round((to - from) * 10) / 10)),
        threshold: longest.inside,
        because: 'nothing is heard there',
        fix: 'Trim it, if it is not meant',
      }),
    );
  const { hum } = described ?? { hum: null };
  if (hum !== null)
    found.push(
      issue('hum', 'warn', {
        value: hum.over_db,
        threshold: 15,
        because: `there is a hum at ${hum.hz} Hz and its harmonics`,
        fix: 'Look for the cable or the device; narrow filters at these frequencies help',
      }),
    );
  const top = counted.spectrum.top_hz;
  if (top !== null && source.rate >= 44_100 && top < losslessTopHz && top > 8000)
    found.push(
      issue('brickwall', 'info', {
        value: top,
        threshold: losslessTopHz,
        because: 'the spectrum ends there: it was probably coded with losses before',
        fix: 'Master from the file before that',
      }),
    );
  const { part, ranges } = counted.sibilance;
  if (part > mostHissing)
    found.push(
      issue('sibilance', 'info', {
        ranges,
        value: Math.round(part * 1000) / 1000,
        threshold: mostHissing,
        because: `in ${Math.round(part * 100)} % of it, 5 to 10 kHz are 6 dB over what is below them`,
        fix: 'A de-esser on the voice, or less treble',
      }),
    );
  return found;
}

const isLong = ([from, to]: AudioRange, seconds: number): boolean =>
  to - from > (from < 0.05 ? longest.lead : to > seconds - 0.15 ? longest.tail : longest.inside);
