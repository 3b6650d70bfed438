import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { newId } from '../../../contracts/ids.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { writeReceipt } from '../../../domain/windows/receipt.ts';
import { closed } from '../../../domain/windows/window.ts';
import type { GatewayContext } from '../../../gateway/context.ts';
import { createReadModel } from '../../../gateway/reads/read-model.ts';
import { closeAll } from '../../../gateway/services/close-all.ts';
import { WorkflowGone } from '../../../gateway/temporal/not-taken.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { createWindowControl } from '../../../gateway/windows/control.ts';
import { presenceMs } from '../../../store/system/presence.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { anOpenWindow, aService, aWindow } from '../../domain/samples.ts';
import { sqliteBackend, type Backend } from '../../store/backend.ts';
import { catalog } from '../fixture.ts';

const sender = { actor: 'ada', correlation_id: 'c-1' };
const closing = { ...sender, reason: null, closed_by: 'caller' } as const;

let backend: Backend;
let store: Store;
/** How the workflows answer each kind of message. */
let runs: { close: () => Promise<WindowView>; release: () => Promise<WindowView> };
let asked: string[];
let strays: string[];
let ahead: number;
beforeEach(async () => {
  backend = await sqliteBackend();
  store = await openStore(backend.url);
  [asked, strays, ahead] = [[], [], 0];
  await store.presence.beat({ process: 'madre', host: 'box', at: Date.now(), detail: {} });
});
afterEach(async () => {
  await store.close();
  await backend.stop();
});

const gateway = () => {
  const source = () => store;
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    closeWindow: (id: string) => (asked.push(`close ${id}`), runs.close()),
    releaseService: (id: string) => (asked.push(`release ${id}`), runs.release()),
    endStrays: async ({ host }: { host: string }) => (strays.push(host), { services: ['stray'] }),
  };
  const model = createReadModel(source);
  const clock = () => Date.now() + ahead;
  const deps = { store: source, temporal, clock };
  return { ...deps, model, windows: createWindowControl(deps, model) };
};

const has = async (change: Partial<WindowView>, open = false): Promise<WindowView> => {
  const window_id = newId('window');
  const view = (open ? anOpenWindow : aWindow)({ window_id, target: window_id, ...change });
  await store.windows.request({ ...view, state: 'requested' }, []);
  if (view.state !== 'requested') await store.windows.save(view, []);
  return view;
};
const endOf = (view: WindowView): WindowView =>
  closed(view, writeReceipt(view, { closed_by: 'caller', reason: null }, [], Date.now()));
/** Fails `times` times, then gives the answer. */
const after = (times: number, error: () => Error, answer: () => WindowView) => {
  let left = times;
  return async (): Promise<WindowView> => {
    if (left-- > 0) throw error();
    return answer();
  };
};
const gone = (): Error => new WorkflowGone(new Error('not found'));
const notOpen = (): Error => new VX11Error('window_not_open', 'this window is opening');

describe('a window that a caller ends', () => {
  test('before its workflow has started, ends as soon as it starts', async () => {
    const view = await has({});
    runs = { close: after(3, gone, () => endOf(view)), release: after(0, gone, () => view) };
    const { ended, wasOpen } = await gateway().windows.end(view, closing);
    expect([ended.state, wasOpen, asked.length]).toEqual(['closed', true, 4]);
  });

  test('that may have received the request is not reported as untouched when madre’s heartbeat stops', async () => {
    const view = await has({}, true);
    const { windows } = gateway();
    const close = (): Promise<WindowView> => {
      ahead = presenceMs + 1;
      return new Promise(() => undefined);
    };
    runs = { close, release: after(0, gone, () => view) };
    const error = await windows.end(view, closing).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'madre_unavailable', retryAfterSeconds: 2 });
    expect((error as Error).message).toMatch(/may still be carried out/);
    expect((error as Error).message).not.toMatch(/nothing was started/);
  });

  test('is reported as closing after the caller’s wait, and as closed once it has its receipt', async () => {
    const view = await has({}, true);
    const ended = Promise.withResolvers<WindowView>();
    runs = { close: () => ended.promise, release: after(0, gone, () => view) };
    const { windows } = gateway();
    const short = windows.end(view, closing, 20);
    // the window has not taken the request yet
    expect(await Promise.race([short, sleep(200, 'waits')])).toBe('waits');
    await store.windows.save({ ...view, state: 'closing' }, []);
    const { ended: now, wasOpen } = await short;
    expect([now.state, now.receipt, wasOpen]).toEqual(['closing', null, true]);
    const long = windows.end(now, closing);
    ended.resolve(endOf(view));
    expect((await long).ended).toMatchObject({ state: 'closed', receipt: expect.any(Object) });
  });

  test('while madre is down receives no request, and the error says so', async () => {
    const view = await has({}, true);
    ahead = presenceMs + 1;
    const error = await gateway()
      .windows.end(view, closing)
      .catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(/did not receive the request/);
    expect(asked).toEqual([]);
  });
});

describe('a service that is stopped', () => {
  test('leaves an opening window as soon as the window is open', async () => {
    const view = await has({ services: ['web', 'db'], state: 'opening' });
    const rest = { ...view, members: ['db'] };
    runs = { close: after(0, gone, () => view), release: after(3, notOpen, () => rest) };
    expect(await gateway().windows.release(view, 'web', sender)).toEqual(rest);
    expect(asked).toHaveLength(4);
  });

  test('ends at once an opening window that holds nothing else', async () => {
    const view = await has({ services: ['web'], state: 'opening' });
    runs = { close: after(0, gone, () => endOf(view)), release: after(9, notOpen, () => view) };
    expect((await gateway().windows.release(view, 'web', sender)).state).toBe('closed');
    expect(asked).toEqual([`close ${view.window_id}`]);
  });
});

test('solo madre ends the strays even if a window cannot be closed, and then reports the failure', async () => {
  await store.services.saveCatalog(catalog([aService('web')]), []);
  const [first, second] = [await has({}, true), await has({}, true)];
  let calls = 0;
  runs = {
    close: async () => {
      calls += 1;
      if (calls === 1) throw new VX11Error('temporal_unavailable', 'later');
      return endOf(second);
    },
    release: after(0, gone, () => first),
  };
  const context = gateway() as unknown as GatewayContext;
  const applying = closeAll(context, sender);
  await expect(applying).rejects.toMatchObject({ code: 'temporal_unavailable' });
  expect([asked.length, strays.length]).toEqual([2, 1]);
  const applied = (await store.events.after(0, 100)).find(({ type }) => type === 'policy.applied');
  expect(applied?.payload).toMatchObject({ strays_ended: ['stray'] });
});
