import { VX11Error } from '../contracts/errors.ts';
import { createBreaker, type BreakerState } from './breaker.ts';

/** What madre says of itself by HTTP, for the gateway only. */
export interface MadrePort {
  /** Its own word that it is well; throws `madre_unavailable` within 2 s. */
  health(): Promise<void>;
  /** Its metrics as Prometheus text, within 1 s. */
  metrics(): Promise<string>;
  readonly breaker: BreakerState;
}

const healthLimitMs = 2000;
const metricsLimitMs = 1000;

/** @param url such as `http://127.0.0.1:8001` */
export function createMadrePort(url: string): MadrePort {
  const get = async (path: string, limitMs: number): Promise<string> => {
    const response = await fetch(new URL(path, url), {
      signal: AbortSignal.timeout(limitMs),
      redirect: 'error',
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`madre answered ${response.status} on ${path}`);
    return text;
  };
  const breaker = createBreaker({
    code: 'madre_unavailable',
    detail: 'madre does not answer; it may be starting.',
    isOutage: (error) => !(error instanceof VX11Error),
    probe: () => get('/health', healthLimitMs),
  });
  return {
    health: async () => void (await breaker.run(() => get('/health', healthLimitMs))),
    metrics: () => breaker.run(() => get('/metrics', metricsLimitMs)),
    get breaker() {
      return breaker.state;
    },
  };
}
