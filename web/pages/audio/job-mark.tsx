import type { AudioJobStatus } from '../../../contracts/audio.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { words } from './words.ts';

const looks: Record<AudioJobStatus, readonly [Shape, Tone]> = {
  queued: ['dots', 'calm'],
  running: ['half', 'accent'],
  analyzing: ['half', 'accent'],
  processing: ['half', 'accent'],
  exporting: ['half', 'accent'],
  waiting_for_window: ['clock', 'warn'],
  completed: ['check', 'good'],
  failed: ['cross', 'bad'],
  cancelled: ['undo', 'calm'],
};

/** What an audio job does, or how it ended. */
export function JobMark({ status }: { status: AudioJobStatus }) {
  const t = useWords(words);
  const [shape, tone] = looks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {t[status]}
    </Mark>
  );
}
