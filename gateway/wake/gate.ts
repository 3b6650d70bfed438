import type { IncomingMessage } from 'node:http';
import { VX11Error } from '../../contracts/errors.ts';
import type { WakeSettings } from '../config.ts';
import type { GatewayContext } from '../context.ts';
import { checkFetchSite, createOriginCheck } from '../http/origin-check.ts';
import { createRateLimiter } from '../http/rate-limiter.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import { noSuchAddress } from './fault.ts';
import { createStripSecret } from './path-secret.ts';

/** The path of a request that may pass, without its secret. Throws `WakeFault`, `host_not_allowed`, `too_many_requests`. */
type PassGate = (request: IncomingMessage) => MaybePromise<string>;

/** Host names, the rate of the address, the path secret, and pages elsewhere, in this order. */
export function createGate(
  { redis, clock, metrics }: Pick<GatewayContext, 'redis' | 'clock' | 'metrics'>,
  settings: WakeSettings,
): PassGate {
  const checkOrigin = createOriginCheck([...settings.hosts, settings.bind], []);
  const limiter = createRateLimiter('wake', settings.perAddress, redis, clock);
  const strip = createStripSecret(settings.secret);

  const admitted = (wait: number): void => {
    if (wait === 0) return;
    metrics.rateRejections.inc({ limit: 'wake' });
    const retry = { retryAfterSeconds: wait };
    throw new VX11Error('too_many_requests', `Try again in ${wait} s.`, retry);
  };
  const pathOf = (request: IncomingMessage): string => {
    const { url = '/' } = request;
    const query = url.indexOf('?');
    const whole = query === -1 ? url : url.slice(0, query);
    // a check of health by a proxy knows no secret
    const path = whole === '/health' ? whole : strip(whole);
    if (path === null) throw noSuchAddress();
    if (!isProxied(path, request)) checkFetchSite(request.headers);
    return path;
  };
  return (request) => {
    checkOrigin('GET', request.headers);
    const address = request.socket.remoteAddress ?? '';
    return mapMaybe(mapMaybe(limiter.take(address), admitted), () => pathOf(request));
  };
}

/** A page elsewhere cannot send these headers without asking first, so such a request came through a proxy. */
const isProxied = (path: string, { headers }: IncomingMessage): boolean =>
  path === '/wake/auth' &&
  ['x-forwarded-uri', 'x-forwarded-host', 'x-original-uri'].some((name) => name in headers);
