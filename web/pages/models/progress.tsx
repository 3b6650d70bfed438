import type { ModelPull } from '../../../contracts/models.ts';
import { bytes, percentOf } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { Meter } from '../../parts/meter.tsx';
import { words } from './words.ts';

const looks: Record<ModelPull['status'], readonly [Shape, Tone]> = {
  queued: ['dots', 'calm'],
  resolving: ['half', 'accent'],
  downloading: ['half', 'accent'],
  verifying: ['half', 'accent'],
  ready: ['check', 'good'],
  failed: ['cross', 'bad'],
};

/** What a pull does. */
export function PullMark({ status }: { status: ModelPull['status'] }) {
  const t = useWords(words);
  const [shape, tone] = looks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {t[`pull_${status}`]}
    </Mark>
  );
}

/** How much of a model has come. */
export function Progress({ of: { bytes: come, total_bytes: total } }: { of: ModelPull }) {
  const t = useWords(words);
  if (total === null) return come === 0 ? '' : bytes(come);
  const share = total === 0 ? 1 : come / total;
  return (
    <Meter
      name={percentOf(share)}
      reserved={come}
      limit={total}
      text={t.of(bytes(come), bytes(total))}
    />
  );
}
