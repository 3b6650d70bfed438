import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { WindowView } from '../../../contracts/window.ts';
import { callsTo } from '../../cli/up/asleep.ts';
import { newInstallation, startUp } from '../../cli/up/supervised.ts';
import { until } from '../../cli/up/temporary-home.ts';

const hasTemporal = process.env['VX11_TEMPORAL_BIN'] !== undefined;
const ttlSeconds = 12;

const victims = ['temporal', 'madre', 'tentaculo_link', 'supervisor'] as const;
/** In ms after the request that wakes Temporal; before it, Temporal is asleep, and around it, it wakes. */
const moments = ['asleep', 'falling', 0, 150, 400, 900, 1600] as const;

test.skipIf(!hasTemporal)(
  'whatever is killed while Temporal sleeps, wakes or falls asleep, the window opens once and ends in time',
  async () => {
    const installation = await newInstallation();
    const { pid } = installation;
    const { call, asleep } = callsTo(installation);
    const env = { ...installation.env, VX11_TEMPORAL_SLEEP: '5s' };
    let running = startUp(env);
    await running.ready(240_000);

    const kill = async (victim: (typeof victims)[number]): Promise<void> => {
      if (victim === 'supervisor') {
        running.child.kill('SIGKILL');
        await once(running.child, 'exit');
        running = startUp(env);
        return running.ready(240_000);
      }
      const id = pid(victim);
      if (id !== undefined) process.kill(id, 'SIGKILL');
    };
    /** One request, repeated by its key until something takes it. */
    const open = async (): Promise<WindowView> => {
      const body = { target: 'web', ttl_seconds: ttlSeconds };
      const key = randomUUID();
      let answer: Awaited<ReturnType<typeof call>> | null = null;
      for (let tries = 0; tries < 120; tries += 1) {
        answer = await call('POST', '/vx11/window/open', body, {
          'idempotency-key': key,
        }).catch(() => null);
        if (answer?.status === 200 || answer?.status === 202)
          return answer.body as unknown as WindowView;
        await sleep(500);
      }
      throw new Error(`the window does not open: ${JSON.stringify(answer)}`);
    };

    for (const victim of victims)
      for (const moment of moments) {
        const where = `${victim} at ${moment}`;
        if (moment === 'falling') {
          const before = pid('madre');
          await until(() => pid('madre') !== before || pid('temporal') === undefined, 90_000);
        } else await asleep();
        if (typeof moment !== 'number') await kill(victim);
        const opening = open();
        if (typeof moment === 'number') {
          await sleep(moment);
          await kill(victim);
        }
        const { window_id } = await opening;
        const view = async () =>
          (await call('GET', `/vx11/windows/${window_id}`)).body as unknown as WindowView;
        let seen = await view();
        while (seen.state !== 'closed' && seen.state !== 'failed') {
          await sleep(500);
          seen = await view().catch(() => seen);
        }
        expect(seen.receipt, `${where}: ${JSON.stringify(seen)}`).toMatchObject({ residue: [] });
        const [stopped] = seen.receipt!.services;
        const late = Date.parse(stopped!.stopped_at!) - Date.parse(seen.expires_at!);
        expect(late, where).toBeLessThan(5000);
        const { body } = await call('GET', '/vx11/windows?limit=100');
        const live = (body['windows'] as WindowView[]).filter(
          ({ state }) => state !== 'closed' && state !== 'failed',
        );
        expect(live, where).toEqual([]);
      }
    running.child.kill('SIGINT');
    expect((await once(running.child, 'exit'))[0]).toBe(0);
  },
  3_600_000,
);
