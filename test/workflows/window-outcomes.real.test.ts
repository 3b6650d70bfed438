import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { until } from '../stack/wait.ts';
import { closeWindow, openWindow, windowView } from '../../workflows/messages.ts';
import { by, close, refusal, startBench, type TemporalBench } from './temporal-bench.ts';

let bench: TemporalBench;
beforeAll(async () => void (bench = await startBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());

describe('a window on a full host', () => {
  test('waits if its caller wants that, and opens when there is room', async () => {
    const { host, name } = await bench.host();
    host.room = 0;
    const view = bench.request(name);
    const { view: waiting } = await bench.open(view, null, 'queue');
    expect(waiting).toMatchObject({
      state: 'queued',
      waiting_for: '1 more services do not fit',
      expires_at: null,
    });
    host.room = 1;
    const handle = bench.handle(view);
    const open = await until('it is open', async () => {
      const now = await handle.query(windowView);
      return now.state === 'open' ? now : null;
    });
    expect(open.waiting_for).toBeNull();
    await handle.executeUpdate(closeWindow, { args: [close] });
  });

  test('can be closed while it waits', async () => {
    const { host, name } = await bench.host();
    host.room = 0;
    const view = bench.request(name);
    await bench.open(view, null, 'queue');
    const ended = await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
    expect(ended).toMatchObject({ state: 'closed', waiting_for: null, receipt: { services: [] } });
    expect((await bench.handle(view).result()).state).toBe('closed');
  });

  test('fails with a reason if its caller does not want to wait', async () => {
    const { host, name } = await bench.host();
    host.room = 0;
    const view = bench.request(name);
    const { view: failed } = await bench.open(view);
    expect(failed).toMatchObject({
      state: 'failed',
      services_failed: [{ service: 'web', error: 'no_room', detail: '1 more services do not fit' }],
    });
    expect((await bench.handle(view).result()).state).toBe('failed');
    expect([host.running.size, host.leases.size]).toEqual([0, 0]);
  });
});

test('a window without a service that starts fails and leaves nothing behind', async () => {
  const { host, name } = await bench.host();
  host.broken.add('web');
  const { view: failed } = await bench.open(bench.request(name));
  expect(failed).toMatchObject({ state: 'failed', services_failed: [{ error: 'unhealthy' }] });
  expect([host.running.size, host.leases.size]).toEqual([0, 0]);
});

test('a window opens with the services that start, and names the others', async () => {
  const { host, name } = await bench.host();
  host.broken.add('db');
  const view = bench.request(name, { services: ['db', 'web'], kind: 'operator', target: null });
  const { view: open } = await bench.open(view);
  expect(open).toMatchObject({
    state: 'open',
    members: ['web'],
    services_failed: [{ service: 'db' }],
  });
  await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
});

test('a window can be found in Temporal by its memo and search attributes', async () => {
  const { name } = await bench.host();
  const view = bench.request(name, { reason: 'demo' });
  await bench.open(view);
  const handle = bench.handle(view);
  const { memo, typedSearchAttributes } = await handle.describe();
  expect(memo).toMatchObject({ reason: 'demo', services: ['web'], owner: 'ada' });
  const found = Object.fromEntries(
    typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
  expect(found).toMatchObject({
    VX11State: 'open',
    VX11Host: name,
    VX11Owner: 'ada',
    VX11Service: ['web'],
  });
  await handle.executeUpdate(closeWindow, { args: [close] });
  expect(
    await refusal(
      handle
        .executeUpdate(openWindow, { args: [{ ttl_ms: 1, reason: null, ...by }] })
        .catch((error: Error) => {
          throw ApplicationFailure.nonRetryable(error.name, error.name);
        }),
    ),
  ).toBe('WorkflowNotFoundError');
});

test('a workflow ends the strays of a host, and names them', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  await bench.open(view);
  host.running.add('stray').add('other');
  const ended = await bench.client.workflow.execute('endStrays', {
    workflowId: `strays:${name}`,
    taskQueue: bench.taskQueue,
    args: [{ host: name, ...by }],
  });
  expect(ended).toEqual({ services: ['other', 'stray'] });
  expect([...host.running]).toEqual(['web']);
  await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
});
