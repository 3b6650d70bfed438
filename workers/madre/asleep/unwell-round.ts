import type { Logger } from 'pino';
import type { TemporalSleep } from '../../../platform/supervisor/temporal-sleep.ts';
import type { TemporalConnection } from '../temporal-connection.ts';

/** How long Temporal may answer nothing until it is started again, in ms. */
const patienceMs = 60_000;

/**
 * The round that notices a Temporal that runs and does no work, as after a database error that it does not recover from:
 * it would refuse every opening until somebody started it again. One that this process has never reached is not judged.
 * @param monotonic in ms, on a clock that is never set
 */
export function createUnwellRound({
  sleep,
  temporal,
  log,
  monotonic = () => performance.now(),
}: {
  sleep: Pick<TemporalSleep, 'isAsleep' | 'unwell'>;
  temporal: Pick<TemporalConnection, 'running'>;
  log: Pick<Logger, 'error'>;
  monotonic?: () => number;
}): () => Promise<void> {
  let reached = false;
  let since: number | null = null;
  return async () => {
    reached ||= temporal.running !== null;
    const asked = monotonic();
    if (!reached || sleep.isAsleep() || (await hasAnswered(temporal))) {
      since = null;
      return;
    }
    since ??= asked;
    if (monotonic() - since < patienceMs) return;
    since = null;
    log.error('Temporal has answered nothing for a minute');
    sleep.unwell();
  };
}

const hasAnswered = async ({ running }: Pick<TemporalConnection, 'running'>): Promise<boolean> => {
  if (running === null) return false;
  return running.answers().then(
    () => true,
    () => false,
  );
};
