/** What ffmpeg's meters said of a signal. */
export interface Metered {
  /** LUFS; null where nothing is loud enough. */
  integrated: number | null;
  range: number | null;
  momentary_max: number | null;
  short_term_max: number | null;
  /** dBTP: the higher one of two meters. */
  true_peak: number | null;
  /** Of each channel. */
  true_peaks: (number | null)[];
}

/** ffmpeg's word for silence. */
const nothing = -69.9;

export interface MeterLines {
  /** Takes a line of `ametadata`. */
  add(line: string): void;
  /** @param stderr what ffmpeg said at its end, with what `astats` found at four times the rate */
  end(stderr: string, channels: number): Metered;
}

/** Reads the lines of `ebur128=metadata=1,ametadata=print`, one at a time. */
export function createMeterLines(): MeterLines {
  let [integrated, range, momentary, short] = [-Infinity, 0, -Infinity, -Infinity];
  const peaks: number[] = [];
  return {
    add(line) {
      const equals = line.indexOf('=');
      if (!line.startsWith('lavfi.r128.') || equals < 0) return;
      const [key, value] = [line.slice(11, equals), Number(line.slice(equals + 1))];
      if (!Number.isFinite(value)) return;
      if (key === 'I') integrated = value;
      else if (key === 'LRA') range = value;
      else if (key === 'M') momentary = Math.max(momentary, value);
      else if (key === 'S') short = Math.max(short, value);
      else {
        const channel = /^true_peaks_ch(\d+)$/.exec(key)?.[1];
        if (channel !== undefined) peaks[Number(channel)] = value;
      }
    },
    end(stderr, channels) {
      const finer = astatsPeaks(stderr);
      const all = Array.from({ length: channels }, (_, nth) =>
        higher(inDecibels(peaks[nth] ?? 0), finer[nth] ?? null),
      );
      const isHeard = integrated > nothing;
      return {
        integrated: isHeard ? integrated : null,
        range: isHeard ? range : null,
        momentary_max: momentary > nothing ? momentary : null,
        short_term_max: short > nothing ? short : null,
        true_peak: all.reduce(higher, null),
        true_peaks: all,
      };
    },
  };
}

const higher = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.max(one, other);

const inDecibels = (value: number): number | null =>
  value > 0 ? Math.round(20_000 * Math.log10(value)) / 1000 : null;

/** The peak of each channel in the summary of `astats`, in dB. */
function astatsPeaks(stderr: string): (number | null)[] {
  const channels = stderr
    .split(/\bOverall\b/)[0]!
    .split(/\bChannel: \d+/)
    .slice(1);
  return channels.map((text) => {
    const value = Number(/Peak level dB: (\S+)/.exec(text)?.[1] ?? NaN);
    return Number.isFinite(value) ? value : null;
  });
}
