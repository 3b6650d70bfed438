import { once } from 'node:events';
import { expect, test } from 'vitest';
import { callsTo } from '../../cli/up/asleep.ts';
import { newInstallation, startUp } from '../../cli/up/supervised.ts';
import { until } from '../../cli/up/temporary-home.ts';

const hasTemporal = process.env['VX11_TEMPORAL_BIN'] !== undefined;

test.skipIf(!hasTemporal)(
  'a Temporal that runs and answers nothing is started again; the window ends in time, and the next one opens',
  async () => {
    const installation = await newInstallation();
    const { pid } = installation;
    const { call } = callsTo(installation);
    const running = startUp({ ...installation.env, VX11_TEMPORAL_SLEEP: 'off' });
    await running.ready(240_000);
    const opened = await call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 20 });
    expect(opened.body).toMatchObject({ state: 'open' });

    const frozen = pid('temporal')!;
    process.kill(frozen, 'SIGSTOP');
    await until(() => running.output().includes('and is started again'), 150_000);
    await until(() => ![undefined, frozen].includes(pid('temporal')), 20_000);
    const window = async () =>
      (await call('GET', `/vx11/windows/${String(opened.body['window_id'])}`)).body as {
        state: string;
        receipt: { residue: unknown[]; overrun_ms: number } | null;
      };
    await until(async () => (await window()).state === 'closed', 60_000);
    const { receipt } = await window();
    expect(receipt).toMatchObject({ residue: [] });
    expect(receipt!.overrun_ms).toBeLessThan(6000);

    const open = () => call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 60 });
    await until(async () => (await open()).body['state'] === 'open', 60_000);
    running.child.kill('SIGINT');
    expect((await once(running.child, 'exit'))[0]).toBe(0);
  },
  600_000,
);
