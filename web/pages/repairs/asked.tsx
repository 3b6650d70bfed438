import { useWords } from '../../base/words.ts';
import type { ModelUsage } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { duration } from '../../base/durations.ts';
import { Said } from '../../parts/said.tsx';
import styles from './repairs.module.css';
import { words } from './words.ts';

/** The models that were asked, what they cost, and how long they took. */
export function Asked({ id }: { id: string }) {
  const t = useWords(words);
  const usage = useRead<ModelUsage>('models', '/vx11/models', { account: id, days: 90 });
  return usage.data?.models.map(({ provider, model, calls, cost_usd, latency_ms }) => (
    <p key={`${provider} ${model}`} className={styles['by']}>
      <Said>{t.asked(`${model} (${provider})`, calls, duration(latency_ms.max))}</Said>
      {cost_usd !== null && `, ${cost_usd.toFixed(3)} USD`}
    </p>
  ));
}
