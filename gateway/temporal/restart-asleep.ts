import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TemporalSleep } from '../../platform/supervisor/temporal-sleep.ts';
import type { TemporalPort } from './port.ts';

/** How often it is looked whether requests came, in ms. */
const lookMs = 5000;

/**
 * Has this process started again once Temporal sleeps, if it still holds Temporal's client: a client that was loaded gives its
 * memory back only by the end of its process. It waits until no request is being answered and none came since the last look.
 * Idle connections do not count: a scraper keeps its own open for good.
 */
export function restartAsleep(
  {
    sleep,
    temporal,
    servers,
  }: {
    sleep: TemporalSleep;
    temporal: Pick<TemporalPort, 'isLoaded'>;
    servers: readonly Pick<Server, 'on'>[];
  },
  everyMs = lookMs,
): void {
  let timer: NodeJS.Timeout | undefined;
  let answering = 0;
  let came = false;
  const count = (_request: IncomingMessage, response: ServerResponse): void => {
    came = true;
    answering += 1;
    response.once('close', () => (answering -= 1));
  };
  for (const server of servers) server.on('request', count);
  const look = (): void => {
    const quiet = answering === 0 && !came;
    came = false;
    if (!quiet || !sleep.isAsleep() || !temporal.isLoaded()) return;
    clearInterval(timer);
    sleep.restart();
  };
  sleep.onChange((now) => {
    clearInterval(timer);
    if (now === 'asleep') timer = setInterval(look, everyMs).unref();
  });
}
