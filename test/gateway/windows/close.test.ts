import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasEnded, closed as closedWith, failed } from '../../../domain/windows/window.ts';
import { receiptExample } from '../../../gateway/openapi/examples.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { closeWindowAnswer } from '../../../contracts/window.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { adminToken, seedStack, startGateway, view, type Gateway } from '../fixture.ts';

let gateway: Gateway;
/** What becomes of a window whose close was requested. */
let onClose: (id: string) => Promise<WindowView>;
beforeEach(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    closeWindow: (id: string) => onClose(id),
    endStrays: async () => ({ services: [] }),
  };
  gateway = await startGateway({ deps: { temporal } });
  await seedStack(gateway.store);
});
afterEach(() => gateway.close());

const post = (url: string, payload: object) =>
  gateway.inject({ method: 'POST', url, payload, headers: { 'x-vx11-token': adminToken } });
const opened = async (change: Partial<WindowView> = {}): Promise<WindowView> => {
  const window = view(change);
  await gateway.store.windows.request(window, []);
  return window;
};
/** The services of the window still stop. */
const stopping = async (id: string): Promise<WindowView> => {
  const window = (await gateway.store.windows.find(id))!;
  await gateway.store.windows.save({ ...window, state: 'closing' }, []);
  return new Promise(() => undefined);
};

test('a close says closed only with the receipt, and 202 while the services still stop', async () => {
  const window = await opened();
  onClose = stopping;
  const body = { window_id: window.window_id, wait_seconds: 0 };
  const early = await post('/vx11/window/close', body);
  expect(early.statusCode).toBe(202);
  expect(early.json()).toMatchObject({
    closed: false,
    state: 'closing',
    was_open: true,
    receipt: null,
  });
  await gateway.store.windows.save(closedWith(window, receiptExample), []);
  const late = await post('/vx11/window/close', body);
  expect(late.statusCode).toBe(200);
  expect(late.json()).toMatchObject({
    closed: true,
    state: 'closed',
    was_open: false,
    receipt: receiptExample,
  });
});

test('a window that failed is not reported as closed, and a target without any window is', async () => {
  const window = await opened();
  await gateway.store.windows.save(failed(window, Date.now(), []), []);
  const { window_id } = window;
  expect((await post('/vx11/window/close', { window_id })).json()).toMatchObject({
    closed: false,
    state: 'failed',
    receipt: null,
  });
  const none = (await post('/vx11/window/close', { target: 'db' })).json();
  expect(closeWindowAnswer.parse(none)).toMatchObject({
    window_id: null,
    state: null,
    closed: true,
  });
});

test('solo madre lists a window that is still closing apart from those that have ended', async () => {
  const [slow, fast] = [await opened(), await opened({ target: 'db' })];
  onClose = async (id) => {
    if (id === slow.window_id) return { ...slow, state: 'closing' };
    const ended = closedWith(fast, receiptExample);
    await gateway.store.windows.save(ended, []);
    return ended;
  };
  const answer = await post('/operator/power/policy/solo_madre/apply', {});
  expect(answer.json()).toMatchObject({
    windows_closed: [fast.window_id],
    windows_closing: [slow.window_id],
    receipts: [receiptExample],
  });
  expect(hasEnded(slow)).toBe(false);
});
