import { beforeEach, expect, test } from 'vitest';
import { failWindow } from '../../../activities/power/closing.ts';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import type { Adopt } from '../../../activities/power/reconcile-service.ts';
import { resumeRuns } from '../../../workers/madre/resume-runs.ts';
import {
  newConnection,
  type TemporalConnection,
} from '../../../workers/madre/temporal-connection.ts';
import { cause, startHost, type OneHost } from '../../activities/power/one-host.ts';

let host: OneHost;
let adopt: Adopt;
let started: string[];
let connection: TemporalConnection;
beforeEach(async () => {
  host = await startHost({ web: { 'x-vx11': { stray: 'adopt' } }, other: {} });
  await adoptStack(host.power);
  started = [];
  const never = () => Promise.reject(new Error('unexpected call'));
  const start = ({ window_id }: { window_id: string }) =>
    Promise.resolve(void started.push(window_id));
  const windows = { start, runs: never, closeLate: never, releaseIdle: never };
  connection = { ...newConnection(), state: 'ok', windows };
  adopt = resumeRuns(host.power, connection);
});

const requests = async (): Promise<string[]> =>
  (await host.store.windows.list({ limit: 100 })).windows.map(({ window_id }) => window_id);

test('a service that was started by hand gets a window, which belongs to madre', async () => {
  await adopt('web');
  expect(await requests()).toEqual(started);
  expect(await host.store.windows.find(started[0]!)).toMatchObject({
    owner: 'madre',
    state: 'requested',
    services: ['web'],
    reason: 'it was started by hand, and adopted',
  });
});

test('a service whose adoption failed is not retried for a minute, and others are adopted', async () => {
  await adopt('web');
  const view = (await host.store.windows.find(started[0]!))!;
  await failWindow(host.power, view, [], cause);
  host.time.now += 59_999;
  await adopt('web');
  expect(started).toHaveLength(1);
  await adopt('other');
  expect(started).toHaveLength(2);
  host.time.now += 1;
  await adopt('web');
  expect(started).toHaveLength(3);
  expect(new Set(await requests())).toEqual(new Set(started));
});

test('while Temporal is unavailable no window is requested, and adoption is retried once it is back', async () => {
  const { windows } = connection;
  connection.windows = null;
  await adopt('web');
  expect(await requests()).toEqual([]);
  connection.windows = windows;
  await adopt('web');
  expect(started).toHaveLength(1);
});
