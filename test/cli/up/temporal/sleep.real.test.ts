import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callsTo } from '../asleep.ts';
import { newInstallation, startUp } from '../supervised.ts';
import { until } from '../temporary-home.ts';

const hasTemporal = process.env['VX11_TEMPORAL_BIN'] !== undefined;

test.skipIf(!hasTemporal)(
  'Temporal sleeps while nothing needs it, a killed madre leaves it asleep, and an opening wakes it',
  async () => {
    const installation = await newInstallation();
    const { pid } = installation;
    const { call, asleep } = callsTo(installation);
    const running = startUp({ ...installation.env, VX11_TEMPORAL_SLEEP: '5s' });
    await running.ready(240_000);
    /** Whether madre has loaded Temporal's client; undefined between two processes. */
    const loaded = (): boolean | undefined => {
      try {
        return readFileSync(`/proc/${pid('madre')}/maps`, 'utf8').includes('core-bridge');
      } catch {
        return undefined;
      }
    };
    // the madre that was awake may still answer for a moment
    const isUnloaded = (): Promise<void> => until(() => loaded() === false, 60_000);

    await asleep();
    const status = await call('GET', '/operator/status');
    expect(status.body).toMatchObject({ components: { temporal: { status: 'off_by_policy' } } });
    await isUnloaded();

    const sleeping = pid('madre') ?? 0;
    process.kill(sleeping, 'SIGKILL');
    await until(() => ![undefined, sleeping].includes(pid('madre')), 60_000);
    await asleep();
    await isUnloaded();

    const opened = await call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 60 });
    expect(opened).toMatchObject({ status: 200, body: { state: 'open' } });
    expect(pid('temporal')).toBeDefined();
    expect(loaded()).toBe(true);
    const gateway = pid('tentaculo_link');
    const closed = await call('POST', '/vx11/window/close', { target: 'web' });
    expect(closed.body).toMatchObject({ receipt: { residue: [] } });

    await asleep();
    await until(() => ![undefined, gateway].includes(pid('tentaculo_link')), 60_000);
    running.child.kill('SIGINT');
    expect((await once(running.child, 'exit'))[0]).toBe(0);
  },
  400_000,
);
