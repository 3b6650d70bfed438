const fadeSeconds = 0.012;

interface Voice {
  buffer: AudioBuffer;
  gain: GainNode;
  /** As a factor. */
  level: number;
}

/** Plays several tracks in step, of which one is heard, so that they can be compared at the same place. */
export interface Player {
  readonly seconds: number;
  /** Where it is, in seconds. */
  place(): number;
  isPlaying(): boolean;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  /** Lets another one be heard, without a click. */
  choose(nth: number): void;
  close(): void;
}

/**
 * Decodes the tracks and makes a player of them; the page's policy allows no media element, and none could send the session.
 * Rejects if one cannot be decoded.
 * @param tracks the content of each file, and its gain in dB
 * @param onEnd is called when the last one has ended
 */
export async function createPlayer(
  tracks: readonly { content: ArrayBuffer; gain_db: number }[],
  onEnd: () => void,
): Promise<Player> {
  const context = new AudioContext();
  const voices = await Promise.all(
    tracks.map(async ({ content, gain_db }): Promise<Voice> => {
      const buffer = await context.decodeAudioData(content);
      const gain = context.createGain();
      gain.connect(context.destination);
      return { buffer, gain, level: 10 ** (gain_db / 20) };
    }),
  ).catch(async (error: unknown) => {
    await context.close();
    throw error;
  });
  const seconds = Math.max(...voices.map(({ buffer }) => buffer.duration));
  let heard = 0;
  let sources: AudioBufferSourceNode[] = [];
  let startedAt = 0;
  let from = 0;
  const mixOf = (nth: number): void => {
    for (const [at, { gain, level }] of voices.entries())
      gain.gain.setTargetAtTime(at === nth ? level : 0, context.currentTime, fadeSeconds);
  };
  const place = (): number =>
    sources.length === 0 ? from : Math.min(seconds, from + context.currentTime - startedAt);
  const stop = (): void => {
    from = place();
    const old = sources;
    sources = [];
    for (const source of old) source.stop();
  };
  const play = (): void => {
    if (sources.length > 0) return;
    if (from >= seconds) from = 0;
    void context.resume();
    startedAt = context.currentTime;
    sources = voices.map(({ buffer, gain }) => {
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(gain);
      source.start(0, Math.min(from, buffer.duration));
      return source;
    });
    const longest = voices.findIndex(({ buffer }) => buffer.duration === seconds);
    const last = sources[longest]!;
    last.addEventListener('ended', () => {
      // one that was stopped has ended too
      if (!sources.includes(last)) return;
      stop();
      from = 0;
      onEnd();
    });
  };
  mixOf(heard);
  return {
    seconds,
    place,
    isPlaying: () => sources.length > 0,
    play,
    pause: stop,
    seek(to) {
      const wasPlaying = sources.length > 0;
      stop();
      from = Math.min(seconds, Math.max(0, to));
      if (wasPlaying) play();
    },
    choose(nth) {
      heard = nth;
      mixOf(heard);
    },
    close() {
      stop();
      void context.close();
    },
  };
}
