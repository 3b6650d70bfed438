import { duration } from '../../base/durations.ts';
import { usd } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import type { ModelUsage } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Figure, FigureRow, FigureRows, FigureTable } from '../../parts/figure.tsx';
import { Answer, Section } from '../../parts/page.tsx';
import styles from './settings.module.css';
import { words } from './words.ts';

const days = 7;

/** What each language model cost in the last days, and how long its answers took. */
export function Models() {
  const t = useWords(words);
  const usage = useRead<ModelUsage>('models', '/vx11/models', { days });
  return (
    <Section title={t.models} count={usage.data?.models.length}>
      <Answer of={usage} rows={3}>
        {({ models }) => (models.length === 0 ? <p>{t.noModels}</p> : <Picture models={models} />)}
      </Answer>
    </Section>
  );
}

function Picture({ models }: Pick<ModelUsage, 'models'>) {
  const t = useWords(words);
  const priced = models.flatMap(({ cost_usd }) => cost_usd ?? []);
  const sum = (values: readonly number[]): number => values.reduce((one, two) => one + two, 0);
  const most = Math.max(...priced, 0);
  const longest = Math.max(1, ...models.map(({ latency_ms }) => latency_ms.p95));
  const text = t.modelsText(
    sum(models.map(({ calls }) => calls)),
    sum(models.map(({ failed }) => failed)),
    priced.length === 0 ? t.noPrice : usd(sum(priced)),
  );
  return (
    <Figure title={t.costAndLatency} text={text}>
      <FigureRows>
        {models.flatMap(({ provider, model, cost_usd, latency_ms: { p50, p95 } }) => [
          <FigureRow
            key={`${provider} ${model} cost`}
            name={t.costOf(model)}
            value={cost_usd === null ? '–' : usd(cost_usd)}
          >
            <Bar whole={most === 0 ? 0 : (cost_usd ?? 0) / most} />
          </FigureRow>,
          <FigureRow
            key={`${provider} ${model} latency`}
            name={t.latencyOf(model)}
            value={duration(p95)}
          >
            <Bar whole={p95 / longest} part={p50 / longest} />
          </FigureRow>,
        ])}
      </FigureRows>
      <FigureTable
        summary={t.asTable}
        caption={t.costAndLatency}
        head={[
          t.aModel,
          t.calls,
          t.failedCalls,
          t.tokensInOut,
          t.costUsd,
          t.median,
          t.most95,
          t.longest,
        ]}
        rows={models.map(({ provider, model, latency_ms: { p50, p95, max }, ...one }) => [
          `${model} (${provider})`,
          String(one.calls),
          String(one.failed),
          `${one.tokens_in} / ${one.tokens_out}`,
          one.cost_usd === null ? t.noPrice : usd(one.cost_usd),
          duration(p50),
          duration(p95),
          duration(max),
        ])}
      />
    </Figure>
  );
}

/** A bar, and a darker part of it; both from 0 to 1. */
const Bar = ({ whole, part = whole }: { whole: number; part?: number }) => (
  <svg className={styles['bar']} viewBox="0 0 100 10" preserveAspectRatio="none">
    <rect className={styles['light']} width={100 * whole} y="1" height="8" />
    <rect className={styles['dark']} width={100 * part} y="1" height="8" />
  </svg>
);
