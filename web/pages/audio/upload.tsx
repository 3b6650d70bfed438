import { useCallback, useId, useRef, useState } from 'react';
import { bytes } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { send } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Said } from '../../parts/said.tsx';
import styles from './audio.module.css';
import { words } from './words.ts';

/** 2 GiB over a slow line. */
const longestMs = 6 * 3_600_000;

/** Uploads files, one after the other; each is sent from the disk, and never held in memory. */
export function Upload() {
  const t = useWords(words);
  const id = useId();
  const [now, setNow] = useState<File | null>(null);
  const [over, setOver] = useState(false);
  const stop = useRef(new AbortController());
  const act = useAct(
    useCallback(
      async (_, files: readonly File[]) => {
        stop.current = new AbortController();
        const { signal } = stop.current;
        try {
          for (const file of files) {
            setNow(file);
            // names of macOS come in another form of Unicode
            const name = file.name.normalize('NFC');
            const path = `/vx11/audio/files/${encodeURIComponent(name)}`;
            await send('PUT', path, { file, signal, withinMs: longestMs });
            announce(t.uploaded(name));
            markChanged(['audio']);
          }
        } catch (error) {
          if (!signal.aborted) throw error;
        } finally {
          setNow(null);
        }
      },
      [t],
    ),
  );
  const begin = (files: FileList | null): void => {
    if (files !== null && files.length > 0) void act.run([...files]);
  };
  return (
    <div
      className={`${styles['drop']} ${over ? styles['over'] : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        begin(event.dataTransfer.files);
      }}
    >
      {now === null ? (
        <>
          <input
            id={id}
            className={styles['file']}
            type="file"
            multiple
            accept="audio/*,.wav,.w64,.aiff,.aif,.flac,.mp3,.ogg,.opus,.m4a,.caf,.ape,.wv"
            aria-describedby={`${id}-about`}
            onChange={({ target }) => {
              begin(target.files);
              target.value = '';
            }}
          />
          <label htmlFor={id} className={styles['pick']}>
            {t.upload}
          </label>
          <span id={`${id}-about`} className={styles['hint']}>
            {t.drop}
          </span>
        </>
      ) : (
        <>
          <span role="status">
            <Said>{t.uploading(now.name, bytes(now.size))}</Said>
          </span>
          <progress className={styles['busy']} aria-label={t.upload} />
          <Button onPress={() => stop.current.abort()}>{t.stop}</Button>
        </>
      )}
      <ActFailure state={act.state} />
    </div>
  );
}
