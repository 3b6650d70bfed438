import { pino } from 'pino';
import { buildApp } from './app.ts';
import { readGatewayEnvironment } from './config.ts';
import { createMadrePort } from './madre/client.ts';
import { openWhenPossible } from './reads/store-source.ts';
import { connectTemporal } from './temporal/port.ts';

/** Answers that are under way get this long when the gateway is asked to end. */
const closeLimitMs = 5000;

const environment = readGatewayEnvironment(process.env);
const logger = pino({ level: environment.logLevel, base: { process: 'gateway' } });
const store = openWhenPossible(environment.storeUrl, logger);
const temporal = connectTemporal(environment.temporalAddress, environment.temporalNamespace);
const redis =
  environment.redisUrl === null
    ? null
    : // its client is loaded only where there is a Redis
      (await import('./redis.ts')).connectRedis(environment.redisUrl, logger);
const app = await buildApp({
  config: environment.config,
  store: store.source,
  temporal,
  madre: createMadrePort(environment.madreUrl, environment.internalKey),
  redis,
  clock: Date.now,
  logger,
});

// answers that were kept for repeats are dropped once their time is over
setInterval(() => {
  Promise.resolve()
    .then(() => store.source().idempotency.forgetOld(Date.now()))
    .catch((error: unknown) => logger.warn({ err: error }, 'old answers were not dropped'));
}, 3_600_000).unref();

let ending = false;
async function end(why: string): Promise<void> {
  if (ending) return;
  ending = true;
  logger.info({ why }, 'the gateway ends');
  setTimeout(() => process.exit(1), closeLimitMs).unref();
  await app.close();
  await Promise.allSettled([temporal.close(), store.close()]);
  redis?.close();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal));
// a supervisor that died cannot stop its children any more
process.once('disconnect', () => void end('the supervisor is gone'));

await app.listen({ host: environment.bind, port: environment.port });
logger.info({ address: environment.bind, port: environment.port }, 'the gateway listens');
process.send?.({ ready: 'tentaculo_link' });
