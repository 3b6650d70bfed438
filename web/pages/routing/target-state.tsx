import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { Block } from './block.tsx';
import type { Target } from './target.ts';
import { words } from './words.ts';

/** Whether a target would be asked now, and what it takes to wake it. */
export function TargetState({ of: { model, asleep, known } }: { of: Target }) {
  const t = useWords(words);
  if (model.block !== null) return <Block of={model.block} />;
  if (asleep) {
    const wake = known?.wake_seconds ?? null;
    return (
      <span>
        <Mark shape="ring" tone="calm">
          {t.asleep}
        </Mark>
        {wake !== null && `, ${t.toWake(duration(wake * 1000))}`}
      </span>
    );
  }
  if (!model.auto)
    return (
      <Mark shape="dashed" tone="calm">
        {t.onlyNamed}
      </Mark>
    );
  if (model.last_resort)
    return (
      <Mark shape="half" tone="calm">
        {t.lastResort}
      </Mark>
    );
  return (
    <Mark shape="full" tone="good">
      {t.ready}
    </Mark>
  );
}
