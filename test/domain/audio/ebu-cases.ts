import { fromDb, joinedTo, seconds, silence, sine } from './signals.ts';

/** Cases of EBU Tech 3341 and 3342 that can be synthesised; 7 and 8 of the first, 5 and 6 of the second are programmes. */
const tone = (db: number, length: number): Float32Array => sine(1000, fromDb(db), seconds(length));
const quiet = (length: number): Float32Array => silence(seconds(length));
const both = (...parts: Float32Array[]): Float32Array[] => {
  const one = joinedTo(...parts);
  return [one, one];
};
const times = (count: number, parts: () => Float32Array[]): Float32Array[] =>
  Array.from({ length: count }, parts).flat();
const twenty = Array.from({ length: 20 }, (_, nth) => nth);

/** Name, signal at 48 kHz, right answer. */
export type EbuCase = [name: string, make: () => Float32Array[], right: number];

const surround = (lfe: boolean): Float32Array[] => {
  const [front, centre, back] = [tone(-28, 20), tone(-24, 20), tone(-30, 20)];
  return [front, front, centre, ...(lfe ? [sine(60, 0.7, seconds(20))] : []), back, back];
};

export const integrated: EbuCase[] = [
  ['1', () => both(tone(-23, 20)), -23],
  ['2', () => both(tone(-33, 20)), -33],
  ['3', () => both(tone(-36, 10), tone(-23, 60), tone(-36, 10)), -23],
  ['4', () => both(tone(-72, 10), tone(-36, 10), tone(-23, 60), tone(-36, 10), tone(-72, 10)), -23],
  ['5', () => both(tone(-26, 20), tone(-20, 20.1), tone(-26, 20)), -23],
  ['6 as 5.0', () => surround(false), -23],
  ['6 as 5.1 with a loud low-frequency channel', () => surround(true), -23],
];

export const shortTermMax: EbuCase[] = [
  ['9', () => both(...times(5, () => [tone(-20, 1.34), tone(-30, 1.66)])), -23],
  ...twenty.map((i): EbuCase => [
    `10, file ${i}`,
    () => both(quiet(i * 0.15), tone(-23, 3), quiet(1)),
    -23,
  ]),
];

export const momentaryMax: EbuCase[] = [
  ['12', () => both(...times(25, () => [tone(-20, 0.18), tone(-30, 0.22)])), -23],
  ...twenty.map((i): EbuCase => [
    `13, file ${i}`,
    () => both(quiet(i * 0.02), tone(-23, 0.4), quiet(1)),
    -23,
  ]),
];

/** One file of twenty bursts, each louder: the maximum so far is that of the burst. */
const bursts = (wait: number, length: number, whole: number) => (): Float32Array[] =>
  both(
    ...twenty.flatMap((i) => [
      quiet(i * wait),
      tone(-38 + i, length),
      quiet(whole - length - i * wait),
    ]),
  );
export const shortTermBursts = { make: bursts(0.15, 3, 6), seconds: 6 };
export const momentaryBursts = { make: bursts(0.02, 0.4, 0.8), seconds: 0.8 };

const faded = (signal: Float32Array): Float32Array =>
  signal.map((one, at) => one * Math.min(1, at / 480, (signal.length - 1 - at) / 480));
const peak = (hz: number, amplitude: number, degrees: number) => (): Float32Array[] =>
  both(faded(sine(hz, amplitude, seconds(1), { phase: (degrees * Math.PI) / 180 })));

/** 8 kHz with one period of 12 kHz at full scale in it, made at four times the rate and decimated from one of its samples. */
const between = (from: number) => (): Float32Array[] => {
  const rate = 192_000;
  const [before, period] = [seconds(0.5, rate), rate / 12_000];
  const high = joinedTo(
    sine(8000, 0.5, before, { rate }),
    sine(12_000, 1, period, { rate }),
    sine(8000, 0.5, before, { rate }),
  );
  const taps = 257;
  const middle = (taps - 1) / 2;
  const lowPass = Float64Array.from({ length: taps }, (_, nth) => {
    const x = nth - middle;
    const window =
      0.42 -
      0.5 * Math.cos((2 * Math.PI * nth) / (taps - 1)) +
      0.08 * Math.cos((4 * Math.PI * nth) / (taps - 1));
    return (window * (x === 0 ? 1 : Math.sin((Math.PI * x) / 4) / ((Math.PI * x) / 4))) / 4;
  });
  const signal = new Float32Array(Math.floor((high.length - from) / 4));
  for (let at = 0; at < signal.length; at += 1) {
    let sum = 0;
    for (let nth = 0; nth < taps; nth += 1)
      sum += lowPass[nth]! * (high[4 * at + from + middle - nth] ?? 0);
    signal[at] = sum;
  }
  return both(faded(signal));
};

export const truePeaks: EbuCase[] = [
  ['15', peak(12_000, 0.5, 0), -6],
  ['16', peak(12_000, 0.5, 45), -6],
  ['17', peak(8000, 0.5, 60), -6],
  ['18', peak(6000, 0.5, 67.5), -6],
  ['19', peak(12_000, 1.41, 45), 3],
  ...[0, 1, 2, 3].map((nth): EbuCase => [String(20 + nth), between(nth), 0]),
];

/** EBU Tech 3342: 20 s at each level. */
export const ranges: EbuCase[] = (
  [
    ['1', [-20, -30], 10],
    ['2', [-20, -15], 5],
    ['3', [-40, -20], 20],
    ['4', [-50, -35, -20, -35, -50], 15],
  ] as const
).map(([name, levels, right]) => [name, () => both(...levels.map((db) => tone(db, 20))), right]);
