import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { figures } from '../stack/figure.ts';
import { acts, type Round } from './harness/kill-points.ts';
import {
  noPrivateEngine,
  startPrivateEngine,
  type PrivateEngine,
} from './harness/private-engine.ts';
import {
  allWindows,
  endAndExpectRest,
  expectPromisesKept,
  lookInStore,
} from '../stack/promises.ts';
import { randomFor, seed } from './harness/random.ts';
import { hasRedis, startRedis, type TestRedis } from '../stack/redis.ts';
import { startFixture, troubles, type Fixture } from './harness/fixture.ts';

const rounds = Math.ceil(Number(process.env.VX11_FAULT_ROUNDS ?? 55) / 5);
/** Rounds that kill two processes at once: each act once. */
const pairRounds = Math.min(rounds, acts.length);
const services = Array.from({ length: 8 }, (_, n) => `s${n}`);
const healthcheck = { test: ['CMD', 'true'], interval: '1s', timeout: '1s', retries: 3 };

/** A process to kill and restart. */
interface Victim {
  kill(): Promise<void>;
  start(): void;
  ready(): Promise<void>;
}

describe.skipIf(noPrivateEngine !== null || !hasRedis)('killed at a random moment', () => {
  let fixture: Fixture;
  let engine: PrivateEngine;
  let redis: TestRedis;
  /** When victims were dead; epoch ms. */
  const outages: { from: number; to: number }[] = [];

  beforeAll(async () => {
    console.log(`VX11_FAULT_SEED=${seed} VX11_FAULT_ROUNDS=${rounds * 5}`);
    engine = await startPrivateEngine({ image: inject('tinyImage'), liveRestore: true });
    redis = await startRedis();
    fixture = await startFixture({
      services: Object.fromEntries(
        services.map((name, n) => [name, n % 4 === 0 ? { healthcheck } : {}]),
      ),
      env: { VX11_DOCKER_SOCKET: engine.socket, VX11_REDIS_URL: redis.url },
      engineSocket: engine.socket,
    });
  });
  afterAll(async () => {
    await engine?.ready();
    await fixture?.destroy();
    await redis?.destroy();
    await engine?.destroy();
  });

  const both = (one: Victim, other: Victim): Victim => ({
    kill: async () => void (await Promise.all([one.kill(), other.kill()])),
    start() {
      one.start();
      other.start();
    },
    ready: async () => void (await Promise.all([one.ready(), other.ready()])),
  });
  const victims: Record<string, () => Victim> = {
    gateway: () => ({ ...fixture.gateway, ready: fixture.ready }),
    madre: () => ({ ...fixture.madre, ready: fixture.ready }),
    Temporal: () => fixture.temporal,
    Redis: () => redis,
    dockerd: () => engine,
    'madre and Temporal': () => both(victims.madre!(), fixture.temporal),
    'madre and dockerd': () => both(victims.madre!(), engine),
    'Temporal and dockerd': () => both(fixture.temporal, engine),
  };

  const playRound = async (name: string, n: number): Promise<void> => {
    const random = randomFor(`${name} ${n}`);
    const victim = victims[name]!();
    const act = acts[n % acts.length]!;
    const target = random.pick(services);
    const others = services.filter((service) => service !== target).slice(0, random.between(1, 4));
    const mark = `${name}-${n}-${act.name}`.replaceAll(' ', '-'); // also the Idempotency-Key
    const round: Round = { random, mark, target, others, engineDied: name.includes('dockerd') };
    const begun = await act.begin(fixture, round);
    const wait = random.between(...act.spanMs);
    const pause = random.between(0, 1500);
    await sleep(wait);
    const from = Date.now();
    await victim.kill();
    await sleep(pause);
    victim.start();
    outages.push({ from, to: Date.now() });
    try {
      await victim.ready();
      await begun.finish(await begun.call);
      await expectPromisesKept(fixture);
    } catch (error) {
      const replay = `VX11_FAULT_SEED=${seed}: ${name} killed ${wait} ms into ${act.name} of ${target} (round ${n}), away ${pause} ms`;
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${replay}: ${why}\n${troubles(fixture.madre.log())}`, { cause: error });
    }
  };

  test.each(
    Object.keys(victims).map(
      (name) => [name, name.includes(' and ') ? pairRounds : rounds] as const,
    ),
  )('%s, %i times: no window is lost, duplicated or left open', async (name, times) => {
    const began = Date.now();
    for (let n = 0; n < times; n += 1) await playRound(name, n);
    await endAndExpectRest(fixture);
    expect(await engine.orphans(), 'services that the Engine has lost').toEqual([]);
    const late = await overruns(began);
    figures(`overrun with ${name} killed, after deadline or return`, late);
    expect(Math.max(0, ...late)).toBeLessThan(8000);
  });

  /**
   * The overruns of windows since `began`, counted from the deadline or from the restart of the killed process, in ms.
   */
  async function overruns(began: number): Promise<number[]> {
    const windows = await lookInStore(fixture, allWindows);
    return windows.flatMap(({ receipt, expires_at, requested_at }) => {
      if (receipt === null || expires_at === null || Date.parse(requested_at) < began) return [];
      return receipt.services.flatMap(({ stopped_at, overrun_ms }) => {
        if (stopped_at === null || overrun_ms === null || overrun_ms === 0) return [];
        const deadline = Date.parse(expires_at);
        const away = outages.find(({ from, to }) => from <= deadline + 500 && to >= deadline);
        return [Math.max(0, Date.parse(stopped_at) - Math.max(deadline, away?.to ?? 0))];
      });
    });
  }
});
