import type { Logger } from 'pino';
import { hasBusiness } from '../../../activities/autonomy/effects.ts';
import { neverAsleep, type TemporalSleep } from '../../../platform/supervisor/temporal-sleep.ts';
import type { Store } from '../../../store/index.ts';
import type { LiveWork } from '../../../store/system/live-work.ts';
import { presenceMs } from '../../../store/system/presence.ts';
import type { TemporalConnection } from '../temporal-connection.ts';

interface SleepDeps {
  store: Pick<Store, 'liveWork' | 'presence' | 'rails' | 'autonomy'>;
  host: string;
  /** Epoch ms. */
  clock: () => number;
  sleep: TemporalSleep;
  temporal: Pick<TemporalConnection, 'running'>;
  log: Pick<Logger, 'info'>;
  /** In ms, on a clock that is never set. */
  monotonic?: () => number;
}

interface SleepRound {
  run(): Promise<void>;
  /** Why Temporal does not sleep, as it was in the last round; null while nothing needs it. */
  awakeFor(): string | null;
}

/**
 * The round that decides whether Temporal may sleep: after some time in which nothing that is stored needs it, and if it
 * runs no workflow itself. While it sleeps, anything that needs it wakes it, however it came into the store.
 */
export function createSleepRound(deps: SleepDeps): SleepRound {
  const { sleep, temporal, log, monotonic = () => performance.now() } = deps;
  let unusedSince: number | null = null;
  let need: LiveWork | null = null;
  const note = (found: LiveWork | null): void => {
    if (found !== null && found.kind !== need?.kind)
      log.info({ need: found }, `Temporal stays awake for ${inWords(found)}`);
    need = found;
  };
  const run = async (): Promise<void> => {
    const found = await needOf(deps);
    if (found !== null) {
      note(found);
      unusedSince = null;
      if (sleep.isAsleep()) await sleep.wake();
      return;
    }
    unusedSince ??= monotonic();
    const mayNotYet = sleep.isAsleep() || monotonic() - unusedSince < sleep.afterMs!;
    // what is not stored counts too, such as the delivery of a result
    const running = mayNotYet ? null : await temporal.running?.count();
    note(running ? { kind: 'workflow', id: String(running) } : null);
    if (running === 0) sleep.unused();
  };
  return {
    run: async () => (sleep.afterMs === null ? undefined : run()),
    awakeFor() {
      if (sleep === neverAsleep) return 'no vx11 up runs it here, so that it never sleeps';
      if (sleep.afterMs === null) return 'it may not sleep: its sleep is off, or its UI is on';
      return need && `awake for ${inWords(need)}`;
    },
  };
}

const nouns: Record<string, string> = {
  lease: 'the running service',
  check_run: 'the run of checks',
  scan: 'the look for programs',
  pull: 'the pull of a model',
  audit: 'the audit of drift',
  audio_job: 'the audio job',
  audio_batch: 'the batch of audio',
  window_schedule: 'the schedule of windows',
};

function inWords({ kind, id }: LiveWork): string {
  if (kind === 'autonomy') return "madre's loop";
  if (kind === 'workflow') return `running workflows (${id})`;
  return `${nouns[kind] ?? `the ${kind}`} ${id}`;
}

/** Returns something that needs Temporal; null if there is nothing. */
export async function needOf({
  store,
  host,
  clock,
}: Pick<SleepDeps, 'store' | 'host' | 'clock'>): Promise<LiveWork | null> {
  const work = await store.liveWork.first();
  if (work !== null) return work;
  const now = clock();
  const other = (await store.presence.list()).find(
    (one) => one.host !== host && now - one.at < presenceMs,
  );
  if (other !== undefined) return { kind: 'host', id: other.host };
  return (await hasBusiness(store, now)) ? { kind: 'autonomy', id: host } : null;
}
