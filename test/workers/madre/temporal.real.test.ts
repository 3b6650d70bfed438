import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { pino } from 'pino';
import { servePower } from '../../../workers/madre/temporal.ts';
import { newConnection } from '../../../workers/madre/temporal-connection.ts';
import { minute } from '../../domain/samples.ts';
import { until } from '../../stack/wait.ts';
import { createFakeHost } from '../../workflows/fake-host.ts';
import { startBench, type TemporalBench } from '../../workflows/temporal-bench.ts';

let bench: TemporalBench;
beforeAll(async () => void (bench = await startBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());

/** A second Temporal connection of a power worker, besides that of the process with power over this host. */
async function openDoor(host: string) {
  const stopping = new AbortController();
  const connection = newConnection();
  const serving = servePower(connection, {
    env: { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: 'default' },
    log: pino({ level: 'silent' }),
    signal: stopping.signal,
    host: `${host}-beside`,
    bundle: null,
    activities: createFakeHost().activities,
    madre: null,
  });
  const windows = await until('Temporal takes this worker', () => connection.windows);
  const end = async (): Promise<void> => {
    stopping.abort();
    await serving;
  };
  return { windows, end };
}

test('a window whose timer lags behind its host’s clock ends when it gets the signal that it is late', async () => {
  const { host, name } = await bench.host();
  // the workflow's timer follows the clock of Temporal, an hour behind that of the host
  host.aheadMs = 60 * minute;
  const view = bench.request(name, { ttl_ms: 1000 });
  const { view: open } = await bench.open(view);
  expect(Date.parse(open.expires_at!) - Date.now()).toBeGreaterThan(59 * minute);
  const { windows, end } = await openDoor(name);
  try {
    expect(await windows.runs(view.window_id)).toBe(true);
    for (let twice = 0; twice < 2; twice += 1) await windows.closeLate(view.window_id);
    const ended = await bench.handle(view).result();
    expect(ended).toMatchObject({
      state: 'closed',
      receipt: { closed_by: 'deadline', reason: null },
    });
    expect([host.running.size, host.leases.size]).toEqual([0, 0]);
    expect(host.calls.filter((call) => call === 'closeServices')).toHaveLength(1);
    expect(await windows.runs(view.window_id)).toBe(false);
    // it may end between a check and its message, which then has nothing to do
    await windows.closeLate(view.window_id);
    await windows.releaseIdle(view.window_id, 'web');
    expect(await windows.runs('window-00000000000000ff')).toBe(false);
  } finally {
    await end();
  }
});
