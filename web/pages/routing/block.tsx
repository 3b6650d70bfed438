import type { RoutingBlock } from '../../../contracts/routing.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from './words.ts';

/** Why nothing is sent to a key or a model for now, and until when. */
export function Block({ of: { reason, until_ms } }: { of: RoutingBlock }) {
  const t = useWords(words);
  const grave = reason === 'no_money' || reason === 'unauthorized';
  return (
    <span>
      <Mark shape={grave ? 'cross' : 'clock'} tone={grave ? 'bad' : 'warn'}>
        {t[reason]}
      </Mark>
      {until_ms !== null && (
        <>
          {' '}
          {t.until} <Time at={until_ms} />
        </>
      )}
    </span>
  );
}
