import { useCallback, useEffect, useId, useRef, useState } from 'react';
import type { AudioReport } from '../../../../contracts/audio-report.ts';
import type { AudioJob } from '../../../../contracts/audio.ts';
import { useWords } from '../../../base/words.ts';
import { useAct } from '../../../live/act.ts';
import { CallError, send } from '../../../live/call.ts';
import { ActFailure } from '../../../parts/act-failure.tsx';
import { Button } from '../../../parts/button.tsx';
import { Choice } from '../../../parts/field.tsx';
import { Section } from '../../../parts/page.tsx';
import { Unseen } from '../../../parts/unseen.tsx';
import styles from '../audio.module.css';
import { placeText } from './clock-text.ts';
import { createPlayer, type Player } from './player.ts';
import { tracksOf, type Track } from './tracks.ts';
import { words } from './words.ts';

const longestMs = 10 * 60_000;
const drawMs = 200;

/** Plays what a job made, beside what it was made of, at the same place and the same loudness. */
export function Listen({
  job,
  path,
  report,
}: {
  job: AudioJob;
  path: string;
  report: AudioReport | null;
}) {
  const t = useWords(words);
  const tracks = tracksOf(job, report, path);
  const [player, setPlayer] = useState<Player | null>(null);
  const open = useRef<Player | null>(null);
  const [, setDrawn] = useState(0);
  const draw = useCallback(() => setDrawn((n) => n + 1), []);
  useEffect(() => () => open.current?.close(), []);
  const load = useAct(
    useCallback(
      async (_, wanted: readonly Track[]) => {
        const files = await Promise.all(
          wanted.map(async ({ path: from, gain_db }) => {
            const options = { headers: { accept: '*/*' }, withinMs: longestMs };
            return { content: await (await send('GET', from, options)).arrayBuffer(), gain_db };
          }),
        );
        const made = await createPlayer(files, draw).catch((error: unknown) => {
          const problem = { title: t.cannotPlay, status: 0, error: 'cannot_play' };
          throw new CallError(problem, null, error);
        });
        open.current = made;
        setPlayer(made);
      },
      [t, draw],
    ),
  );
  if (tracks.length === 0) return null;
  return (
    <Section title={t.listen}>
      {tracks.length > 1 && <p>{t.listenText}</p>}
      {player === null ? (
        <Button busy={load.busy && t.loading} onPress={() => void load.run(tracks)}>
          {t.load}
        </Button>
      ) : (
        <Controls player={player} tracks={tracks} draw={draw} />
      )}
      <ActFailure state={load.state} />
    </Section>
  );
}

function Controls({
  player,
  tracks,
  draw,
}: {
  player: Player;
  tracks: readonly Track[];
  draw: () => void;
}) {
  const t = useWords(words);
  const id = useId();
  const [heard, setHeard] = useState('0');
  const playing = player.isPlaying();
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(draw, drawMs);
    return () => clearInterval(timer);
  }, [playing, draw]);
  const nameOf = ({ name }: Track): string =>
    name === 'a' || name === 'b' ? name.toUpperCase() : t[name];
  const at = player.place();
  return (
    <div className={styles['player']}>
      <Button
        weight="primary"
        onPress={() => {
          if (playing) player.pause();
          else player.play();
          draw();
        }}
      >
        {playing ? t.pause : t.play}
      </Button>
      {tracks.length > 1 && (
        <Choice
          label={t.heard}
          value={heard}
          options={tracks.map((track, nth) => [String(nth), nameOf(track)] as const)}
          onChange={(nth) => {
            player.choose(Number(nth));
            setHeard(nth);
          }}
        />
      )}
      <div className={styles['seek']}>
        <label htmlFor={id}>
          <Unseen>{t.place}</Unseen>
        </label>
        <input
          id={id}
          type="range"
          min="0"
          max={player.seconds}
          step="0.1"
          value={at}
          aria-valuetext={t.placeText(placeText(at, 0), placeText(player.seconds, 0))}
          onChange={({ target }) => {
            player.seek(Number(target.value));
            draw();
          }}
        />
        <span>
          {placeText(at, 0)} / {placeText(player.seconds, 0)}
        </span>
      </div>
    </div>
  );
}
