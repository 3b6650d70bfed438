import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanView } from '../../contracts/plan.ts';
import type { Answer } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figures } from '../stack/figure.ts';
import {
  allWindows,
  endAndExpectRest,
  expectPromisesKept,
  lookInStore,
} from '../stack/promises.ts';
import { randomFor, seed } from './harness/random.ts';
import { insist } from '../stack/calls.ts';
import { startFixture, troubles, type Fixture } from './harness/fixture.ts';

const rounds = Math.ceil(Number(process.env.VX11_FAULT_ROUNDS ?? 55) / 5);
const services = { web: {}, db: {}, shubniggurath: {} };
const ended = new Set(['DONE', 'ERROR', 'REJECTED', 'CANCELLED']);

const chat = (fixture: Fixture, message: string): Promise<Answer> =>
  insist(fixture, '/madre/chat', { message });

const plansOf = (fixture: Fixture): Promise<PlanView[]> =>
  lookInStore(fixture, async (store) => (await store.plans.list({ limit: 1000 })).plans);

const endOf = (fixture: Fixture, id: string): Promise<PlanView> =>
  until(
    `${id} has ended`,
    () =>
      lookInStore(fixture, async (store) => {
        const plan = await store.plans.find(id);
        return plan !== null && ended.has(plan.status) && plan;
      }),
    90_000,
  );

/** Asserts that every plan has ended once, and that no temporary window of a plan is left. */
async function plansKeepPromises(fixture: Fixture): Promise<void> {
  const plans = await until(
    'every plan has ended',
    async () => {
      const all = await plansOf(fixture);
      return all.every(({ status }) => ended.has(status) || status === 'WAITING') && all;
    },
    90_000,
  );
  for (const plan of plans) {
    if (plan.status === 'DONE')
      expect(
        plan.steps.every(({ status }) => status === 'DONE'),
        plan.plan_id,
      ).toBe(true);
  }
  await lookInStore(fixture, async (store) => {
    const windows = await allWindows(store);
    for (const plan of plans.filter(({ status }) => ended.has(status))) {
      const own = windows.filter(({ window_id }) =>
        window_id.includes(plan.plan_id.slice('plan-'.length)),
      );
      const kept = plan.steps.filter(
        ({ type, status }) => type === 'OPEN_WINDOW' && status === 'DONE',
      ).length;
      const live = own.filter(({ state }) => state !== 'closed' && state !== 'failed');
      expect(live.length, `${plan.plan_id} keeps windows open`).toBeLessThanOrEqual(kept);
    }
    const log = await store.audit.verify('intents');
    expect(log).toMatchObject({ ok: true });
    const types = (await store.events.after(0, 1e6)).filter(({ type }) =>
      /^plan\.(done|failed|rejected|cancelled)$/.test(type),
    );
    const ids = types.map(({ payload }) => payload['plan_id']);
    expect(ids.length, 'a plan ended twice').toBe(new Set(ids).size);
  });
}

describe('madre, killed at any moment of a plan', () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await startFixture({ services })));
  afterAll(() => fixture?.destroy());

  /** Actions, the range of their duration in ms, and the assertion of their end. */
  const acts: Record<
    string,
    { spanMs: [number, number]; begin(): Promise<() => Promise<unknown>> }
  > = {
    'a window is opened': {
      spanMs: [0, 700],
      async begin() {
        const call = fixture
          .call('POST', '/madre/chat', { message: 'open web for 10 minutes' })
          .catch(() => null);
        return () => call;
      },
    },
    'a role is woken, fails, and is put to sleep': {
      spanMs: [0, 1500],
      async begin() {
        const call = fixture
          .call('POST', '/madre/chat', { message: 'mix the drums' })
          .catch(() => null);
        return () => call;
      },
    },
    'a service is stopped and opened, once it is confirmed': {
      spanMs: [0, 900],
      async begin() {
        await chat(fixture, 'open db for 10 minutes');
        const { body } = await chat(fixture, 'restart db');
        const path = `/madre/plans/${body.plan_id}/confirm`;
        const sent = { confirm_token: body.confirm_token };
        const call = fixture.call('POST', path, sent).catch(() => null);
        return async () => {
          await call;
          await until('it is decided', async () => {
            const { status } = await fixture.call('POST', path, sent);
            return status === 200 || status === 409;
          });
          const plan = await endOf(fixture, body.plan_id);
          expect(plan, JSON.stringify(plan.steps)).toMatchObject({ status: 'DONE' });
        };
      },
    },
  };

  test.each(Object.keys(acts))('while %s: each effect happens once or is undone', async (name) => {
    const took: number[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const act = acts[name]!;
      const wait = randomFor(`plans ${name} ${n}`).between(...act.spanMs);
      const finish = await act.begin();
      await sleep(wait);
      await fixture.madre.kill();
      const from = performance.now();
      fixture.madre.start();
      try {
        await fixture.ready();
        await finish();
        await plansKeepPromises(fixture);
        took.push(performance.now() - from);
        await expectPromisesKept(fixture);
        await endAndExpectRest(fixture);
      } catch (error) {
        const replay = `VX11_FAULT_SEED=${seed}: madre killed ${wait} ms into "${name}" (round ${n})`;
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${replay}: ${why}\n${troubles(fixture.madre.log())}`, { cause: error });
      }
    }
    figures(`plans all ended after madre was killed while ${name}`, took);
  });
});

describe('a plan that waits', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ services, 'x-vx11': { confirm: { expires: '20s' } } });
  });
  afterAll(() => fixture?.destroy());

  test('survives restarts of madre, of Temporal and of the gateway, and then takes its token', async () => {
    const { body } = await chat(fixture, 'stop web');
    for (const victim of [fixture.madre, fixture.temporal, fixture.gateway]) {
      await victim.kill();
      victim.start();
    }
    await fixture.temporal.ready();
    await fixture.ready();
    const path = `/madre/plans/${body.plan_id}/confirm`;
    const answer = await insist(fixture, path, { confirm_token: body.confirm_token });
    expect(answer.body).toMatchObject({ status: 'confirmed' });
    expect((await endOf(fixture, body.plan_id)).status).toBe('DONE');
  });

  test('expires on time although madre was dead meanwhile', async () => {
    const { body } = await chat(fixture, 'stop web');
    await fixture.madre.kill();
    await sleep(3000);
    fixture.madre.start();
    await fixture.ready();
    const plan = await endOf(fixture, body.plan_id);
    const late = Date.parse(plan.finished_at!) - Date.parse(body.expires_at);
    expect(plan.status).toBe('REJECTED');
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(5000);
    const answer = await fixture.call('POST', `/madre/plans/${plan.plan_id}/confirm`, {
      confirm_token: body.confirm_token,
    });
    expect([answer.status, answer.body.error]).toEqual([409, 'confirm_token_expired']);
  });
});
