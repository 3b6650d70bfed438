import type { ModelView } from '../../../contracts/models.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { words } from './words.ts';

const looks: Record<ModelView['status'], readonly [Shape, Tone]> = {
  ready: ['full', 'good'],
  missing: ['question', 'warn'],
  quarantined: ['warning', 'bad'],
  removing: ['dashed', 'calm'],
};

/** How a model stands. */
export function ModelMark({ status }: { status: ModelView['status'] }) {
  const t = useWords(words);
  const [shape, tone] = looks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {t[status]}
    </Mark>
  );
}
