import type { WindowView } from '../../../contracts/window.ts';
import { clockTime } from '../../base/format.ts';
import { bytes } from '../../base/quantities.ts';
import { duration } from '../../base/durations.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import type { ServiceList } from '../../live/answers.ts';
import { useNow } from '../../live/clock.ts';
import { useRead, useStatus } from '../../live/queries.ts';
import { Said } from '../../parts/said.tsx';
import { Figure, FigureTable } from '../../parts/figure.tsx';
import { nameOf } from '../../things/window-acts.tsx';
import { windowState } from '../../things/window-mark.tsx';
import { costKey, outlineOf, reservedSteps } from './reserved.ts';
import styles from './windows.module.css';
import { words } from './words.ts';

const dayMs = 24 * 3_600_000;
const shownAtMost = 24;

export interface Bar {
  window: WindowView;
  /** Epoch ms. */
  from: number;
  to: number;
}

/** The windows of the 24 hours before `now`, oldest first; an open one lasts until its deadline. */
export function barsOf(windows: readonly WindowView[], now: number): Bar[] {
  return windows
    .map((window) => {
      const from = Date.parse(window.opened_at ?? window.requested_at);
      const end = window.closed_at ?? window.expires_at;
      return { window, from, to: end === null ? now : Date.parse(end) };
    })
    .filter(({ to }) => to > now - dayMs)
    .toSorted((one, other) => one.from - other.from);
}

/** The memory limits of all services, by host and name, and the budget of all hosts; null without a limit. */
function useMemory(): { costs: Map<string, number>; budget: number | null } {
  const services = useRead<ServiceList>('services', '/vx11/services');
  const status = useStatus();
  const costs = (services.data?.services ?? []).map(
    ({ host, name, memory_bytes, replicas }) =>
      [costKey(host, name), (memory_bytes ?? 0) * replicas] as const,
  );
  const limits = (status.data?.budgets ?? []).map(({ memory_bytes }) => memory_bytes.limit);
  const known = limits.filter((limit) => limit !== null);
  const budget = known.length === 0 ? null : known.reduce((sum, limit) => sum + limit, 0);
  return { costs: new Map(costs), budget };
}

/** The day's windows as bars on one axis, newest at the bottom, under what they reserve of the budget. */
export function DayBars({ windows }: { windows: readonly WindowView[] }) {
  const t = useWords(words);
  const { clock } = usePreferences();
  const second = useNow();
  const { costs, budget } = useMemory();
  if (second === null) return null;
  // the picture needs no new layout each second
  const now = Math.ceil(second / 60_000) * 60_000;
  const all = barsOf(windows, now);
  if (all.length === 0) return null;
  const bars = all.slice(-shownAtMost);
  const last = Math.max(now, ...bars.map(({ to }) => to));
  const first = Math.max(last - dayMs, Math.min(...bars.map(({ from }) => from)));
  const span = Math.max(last - first, 60_000);
  const x = (at: number): number => (100 * (Math.max(at, first) - first)) / span;
  const time = (at: number): string => clockTime(at, clock).slice(0, 5);
  const steps = reservedSteps(all, costs);
  const peak = Math.max(0, ...steps.map(({ reserved }) => reserved));
  const memory =
    peak === 0 ? '' : budget === null ? t.peak(bytes(peak)) : t.peakOf(bytes(peak), bytes(budget));
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => first + part * span);
  return (
    <Figure title={t.day} text={`${t.dayText(all.length)} ${memory}`}>
      <div className={styles['bars']} aria-hidden="true">
        {peak > 0 && (
          <div className={styles['barrow']}>
            <span className={styles['barname']}>{t.memory}</span>
            <svg className={styles['reserve']} viewBox="0 0 100 30" preserveAspectRatio="none">
              <path className={styles['area']} d={outlineOf(steps, { x, most: budget ?? peak })} />
            </svg>
          </div>
        )}
        {bars.map(({ window, from, to }) => (
          <div key={window.window_id} className={styles['barrow']}>
            <span className={styles['barname']}>
              <Said>{nameOf(window)}</Said>
            </span>
            <svg className={styles['track']} viewBox="0 0 100 10" preserveAspectRatio="none">
              <line className={styles['now']} x1={x(now)} x2={x(now)} y1="0" y2="10" />
              <rect
                className={styles[windowState(window)] ?? styles['closed']}
                x={x(from)}
                width={Math.max(x(to) - x(from), 0.4)}
                y="2"
                height="6"
                rx="0.3"
              />
            </svg>
          </div>
        ))}
        <div className={styles['barrow']}>
          <span />
          <div className={styles['ticks']}>
            {ticks.map((at) => (
              <span key={at}>{time(at)}</span>
            ))}
          </div>
        </div>
      </div>
      <FigureTable
        summary={t.asTable}
        caption={t.bars}
        head={[t.services, t.from, t.to, t.state]}
        rows={bars.map(({ window, from, to }) => [
          nameOf(window),
          time(from),
          `${time(to)} (${duration(to - from)})`,
          window.state,
        ])}
      />
    </Figure>
  );
}
