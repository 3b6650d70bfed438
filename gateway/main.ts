import { pino } from 'pino';
import { buildApp, createContext } from './app.ts';
import { readGatewayEnvironment } from './config.ts';
import { createMadrePort } from './madre/client.ts';
import { openWhenPossible } from './reads/store-source.ts';
import { createSwitchPort } from './routing/switch-client.ts';
import { temporalSleep } from '../platform/supervisor/temporal-sleep.ts';
import { restartAsleep } from './temporal/restart-asleep.ts';
import { connectTemporal } from './temporal/port.ts';
import { connectionFiles } from './connection-files.ts';

/** How long requests in flight may take once the gateway shuts down. */
const closeLimitMs = 5000;

const environment = readGatewayEnvironment(process.env);
const logger = pino({ level: environment.logLevel, base: { process: 'gateway' } });
const connections = connectionFiles(environment, logger);
const store = openWhenPossible(environment.storeUrl, logger);
const sleep = temporalSleep(process);
const temporal = connectTemporal(environment.temporalAddress, environment.temporalNamespace, {
  live: connections.temporal,
  sleep,
});
const redis =
  environment.redisUrl === null
    ? null
    : // the client is loaded only if Redis is configured
      (await import('./redis.ts')).connectRedis(environment.redisUrl, logger, connections.redis);
const { internalFetch, internalPost } = connections;
const deps = {
  config: environment.config,
  store: store.source,
  temporal,
  madre: createMadrePort(environment.madreUrl, environment.internalKey, internalFetch),
  switch: createSwitchPort(environment.switchUrl, environment.internalKey, internalPost),
  redis,
  tls: connections.served,
  clock: Date.now,
  logger,
};
const context = createContext(deps);
const app = await buildApp(deps, context);
const wake =
  environment.wake === null
    ? null
    : // loaded only if it is switched on
      (await import('./wake/listener.ts')).createWakeListener(context, environment.wake);

// drops answers that were kept for retries once they have expired
setInterval(() => {
  Promise.resolve()
    .then(() => store.source().idempotency.forgetOld(Date.now()))
    .catch((error: unknown) => logger.warn({ err: error }, 'expired answers were not deleted'));
}, 3_600_000).unref();

let ending = false;
async function end(why: string): Promise<void> {
  if (ending) return;
  ending = true;
  logger.info({ why }, 'the gateway shuts down');
  setTimeout(() => process.exit(1), closeLimitMs).unref();
  await Promise.all([app.close(), wake?.close()]);
  await Promise.allSettled([temporal.close(), store.close()]);
  redis?.close();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal));
// a dead supervisor cannot stop its children
process.once('disconnect', () => void end('the supervisor is gone'));

await app.listen({ host: environment.bind, port: environment.port });
const scheme = connections.served === undefined ? 'http' : 'https';
logger.info({ address: environment.bind, port: environment.port, scheme }, 'the gateway listens');
if (wake !== null) logger.info(await wake.listen(), 'requests wake services here');
restartAsleep({
  sleep,
  temporal,
  servers: [app.server, ...(wake === null ? [] : [wake.server])],
});
process.send?.({ ready: 'tentaculo_link' });
