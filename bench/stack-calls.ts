import type { Receipt, WindowView } from '../contracts/window.ts';
import type { TestStack } from '../test/stack/stack.ts';

interface Opened {
  window_id: string;
  state: WindowView['state'];
  opened_at: string;
  expires_at: string;
}

const answered = <T>(what: string, { status, body }: { status: number; body: T }): T => {
  if (status === 200) return body;
  throw new Error(`${what} failed with status ${status}: ${JSON.stringify(body)}`);
};

/** Opens a target window, or renews it. Throws if it is not open within 60 s. */
export async function openTarget(
  stack: TestStack,
  target: string,
  ttl_seconds = 3600,
): Promise<Opened> {
  const body = { target, ttl_seconds, wait_seconds: 60 };
  return answered(`opening ${target}`, await stack.call('POST', '/vx11/window/open', body));
}

/** Closes the window of a target and returns its receipt. */
export async function closeTarget(stack: TestStack, target: string): Promise<Receipt> {
  const answer = await stack.call('POST', '/vx11/window/close', { target });
  const { receipt } = answered<{ receipt: Receipt | null }>(`closing ${target}`, answer);
  if (receipt === null) throw new Error(`${target} was closed without a receipt`);
  return receipt;
}

/** Opens several services in one window. Throws if one of them does not start. */
export async function openTogether(stack: TestStack, services: string[]): Promise<Opened> {
  const body = { services, ttl_sec: 3600, wait_seconds: 60 };
  const answer = await stack.call('POST', '/operator/power/window/open', body);
  const opened = answered<Opened & { services_failed: unknown[] }>('opening together', answer);
  if (opened.services_failed.length === 0) return opened;
  throw new Error(`not all services started: ${JSON.stringify(opened.services_failed)}`);
}

export async function closeTogether(stack: TestStack, window_id: string): Promise<void> {
  const answer = await stack.call('POST', '/operator/power/window/close', { window_id });
  answered('closing together', answer);
}

/** Reads a window through the gateway. */
export async function findWindow(stack: TestStack, id: string): Promise<WindowView> {
  return answered(`reading ${id}`, await stack.call('GET', `/vx11/windows/${id}`));
}

/** Returns the name that Compose gives to a service's container. */
export const containerOf = (stack: TestStack, service: string): string =>
  `${stack.project}-${service}-1`;

/** Reads the metrics of gateway and madre as Prometheus text. Madre serves its own only to the gateway. */
export const metricsText = async (stack: TestStack): Promise<string> =>
  answered('reading the metrics', await stack.call('GET', '/metrics'));

/** Returns the sum of one of madre's histograms over all its labels, in seconds; 0 before the first observation. */
export async function madreSeconds(stack: TestStack, histogram: string): Promise<number> {
  const text = await metricsText(stack);
  if (!text.includes(`# TYPE ${histogram} histogram`))
    throw new Error(`madre's metrics have no histogram ${histogram}`);
  const sums = text.matchAll(new RegExp(`^${histogram}_sum(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...sums].reduce((total, [, value]) => total + Number(value), 0);
}
