import { useEffect, useState } from 'react';
import type { AudioJob } from '../../../../contracts/audio.ts';
import { useWords } from '../../../base/words.ts';
import { send } from '../../../live/call.ts';
import { Figure } from '../../../parts/figure.tsx';
import styles from '../audio.module.css';
import { words } from './words.ts';

const file = 'spectrogram.png';

/** The picture of what is heard at which height and when, where the job left one. @param path the address of the job */
export function Spectrogram({ job, path }: { job: AudioJob; path: string }) {
  const t = useWords(words);
  const has = job.artifacts.includes(file);
  const [picture, setPicture] = useState<string | null>(null);
  useEffect(() => {
    if (!has) return undefined;
    const stop = new AbortController();
    const options = { headers: { accept: '*/*' }, signal: stop.signal };
    // the session is in headers, and the page's policy takes pictures as data
    send('GET', `${path}/artifacts/${file}`, options)
      .then(async (answer) => dataUrlOf(await answer.blob()))
      .then(setPicture)
      .catch(() => undefined); // it is among the files, where its failure is shown
    return () => stop.abort();
  }, [has, path]);
  if (picture === null) return null;
  return (
    <Figure title={t.spectrogram} text={t.spectrogramText}>
      <img className={styles['spectrogram']} src={picture} alt={t.spectrogram} />
    </Figure>
  );
}

const dataUrlOf = (content: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    // of bytes read as data it is a text
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')));
    reader.readAsDataURL(new Blob([content], { type: 'image/png' }));
  });
