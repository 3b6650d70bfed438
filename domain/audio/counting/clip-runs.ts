/** A run of samples at full scale, in samples of its channel. */
export interface ClipRun {
  from: number;
  to: number;
}

const full = 0.9999;
/** What is over this was not cut off, but is over full scale, as floats may be. */
const over = 1.0001;
/** A low note that just touches a level rounds off towards it; what was cut goes there steeply. */
const round = 0.9995;
const fewest = 3;
/** Runs that are kept; all are counted. */
const most = 100_000;
/** A new peak this much over the last one is another level. */
const higher = 1.0001;
/** Below this level a flat top is no sign of anything. */
const leastLevel = 0.1;

export interface ClipCounter {
  /** Takes the next samples. */
  add(samples: Float32Array, length: number): void;
  end(): { runs: ClipRun[]; samples: number };
}

export interface FlatTopCounter {
  add(samples: Float32Array, length: number): void;
  /** Empty if the tops are at full scale: those are clipping. */
  end(): { runs: ClipRun[]; samples: number; level: number };
}

/** Runs of samples near a level that are still open, and those that were found. */
interface Runs {
  found: ClipRun[];
  samples: number;
  /** How long the open run is, and the sample before it. */
  length: number;
  before: number;
}

const newRuns = (): Runs => ({ found: [], samples: 0, length: 0, before: 0 });

/** Ends the open run. It counts if it was not reached softly. @param at the place after its last sample */
function closeRun(runs: Runs, after: number, level: number, at: number): void {
  const { length, before } = runs;
  if (length >= fewest && (before < round * level || after < round * level)) {
    runs.samples += length;
    if (runs.found.length < most) runs.found.push({ from: at - length, to: at });
  }
  runs.length = 0;
}

/** Finds where one channel was cut off: at least three samples in a row at full scale, that were not reached softly. */
export function createClipCounter(): ClipCounter {
  const runs = newRuns();
  let [at, last] = [0, 0];
  return {
    add(samples, length) {
      for (let nth = 0; nth < length; nth += 1) {
        const size = Math.abs(samples[nth]!);
        const isAt = size >= full && size <= over;
        if (!isAt && runs.length === 0) continue;
        // over full scale is as soft a way out as any: nothing was cut there
        if (!isAt) closeRun(runs, size, 1, at + nth);
        else if (runs.length++ === 0) runs.before = nth > 0 ? Math.abs(samples[nth - 1]!) : last;
      }
      at += length;
      if (length > 0) last = Math.abs(samples[length - 1]!);
    },
    end() {
      if (runs.length > 0) closeRun(runs, 0, 1, at);
      return { runs: runs.found, samples: runs.samples };
    },
  };
}

/** Finds flat tops at the highest level of one channel, below full scale: it was cut off, and turned down after that. */
export function createFlatTopCounter(): FlatTopCounter {
  let runs = newRuns();
  let [at, level, last] = [0, leastLevel, 0];
  return {
    add(samples, length) {
      let near = full * level;
      for (let nth = 0; nth < length; nth += 1) {
        const size = Math.abs(samples[nth]!);
        if (size < near && runs.length === 0) continue;
        if (size > higher * level) runs = newRuns();
        if (size > level) {
          level = size;
          near = full * level;
        }
        if (size < near) closeRun(runs, size, level, at + nth);
        else if (runs.length++ === 0) runs.before = nth > 0 ? Math.abs(samples[nth - 1]!) : last;
      }
      at += length;
      if (length > 0) last = Math.abs(samples[length - 1]!);
    },
    end() {
      if (runs.length > 0) closeRun(runs, 0, level, at);
      const { found, samples } = runs;
      return level >= full ? { runs: [], samples: 0, level } : { runs: found, samples, level };
    },
  };
}
