import type { WindowView } from '../../contracts/window.ts';
import { openStore, type Store } from '../../store/index.ts';
import type { TestStack } from './stack.ts';
import { until } from './wait.ts';

const settledWithinMs = 30_000;

export interface Expected {
  /** Services that may be down although a window holds them. */
  mayBeDown?: string[];
  /** Services that may run without a window. */
  tolerated?: string[];
}

/** Every window of the stack, newest first. */
export async function allWindows(store: Store): Promise<WindowView[]> {
  return (await store.windows.list({ limit: 1000 })).windows;
}

/** Opens the stack's store beside its processes for one query. */
export async function lookInStore<T>(
  stack: TestStack,
  query: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore(stack.env.VX11_STORE_URL!);
  try {
    return await query(store);
  } finally {
    await store.close();
  }
}

/** The types of all events so far, oldest first. */
export const eventTypes = (stack: TestStack): Promise<string[]> =>
  lookInStore(stack, async (store) =>
    (await store.events.after(0, 1_000_000)).map(({ type }) => type),
  );

/** Waits until the stack has recovered and VX11's guarantees hold; fails with a list of all violations. */
export async function expectPromisesKept(stack: TestStack, expected: Expected = {}): Promise<void> {
  await lookInStore(stack, async (store) => {
    let wrong: string[] = [];
    const check = async (): Promise<boolean> => {
      wrong = [
        ...(await wrongWithWindows(store)),
        ...(await wrongWithPower(stack, store, expected)),
      ];
      return wrong.length === 0;
    };
    await until('the guarantees hold again', check, settledWithinMs).catch((error: unknown) => {
      throw new Error(`broken guarantees:\n${wrong.join('\n')}`, { cause: error });
    });
    const chain = await store.audit.verify('events');
    if (!chain.ok) throw new Error(`event ${chain.broken_at} breaks the chain: ${chain.because}`);
  });
}

/** Ends everything, and asserts that no service, no lease and no live window is left. */
export async function endAndExpectRest(stack: TestStack): Promise<void> {
  await until(
    'solo madre is applied',
    async () => {
      const { status } = await stack.call('POST', '/operator/power/policy/solo_madre/apply');
      return status === 200;
    },
    60_000,
  );
  await expectPromisesKept(stack);
  const left = await lookInStore(stack, async (store) => ({
    leases: (await store.leases.ofHost(stack.env.VX11_HOST!)).length,
    live: (await store.windows.live()).map(({ window_id }) => window_id),
  }));
  const running = await stack.running();
  if (left.leases > 0 || left.live.length > 0 || running.length > 0) {
    throw new Error(`left over: ${JSON.stringify({ ...left, running })}`);
  }
}

/** Violations by windows: none may be opened twice, stay unfinished, overrun its deadline or lack its receipt. */
async function wrongWithWindows(store: Store): Promise<string[]> {
  const wrong: string[] = [];
  const windows = await allWindows(store);
  const now = Date.now();
  const targets = new Set<string>();
  for (const view of windows) {
    const id = `${view.window_id} (${view.services.join(', ')}; ${view.reason ?? '–'})`;
    if (view.state === 'closed') {
      if (view.receipt === null) wrong.push(`${id} ended without a receipt`);
      else if (view.receipt.residue.length > 0) {
        wrong.push(`${id} left ${view.receipt.residue.join(', ')} running`);
      }
    } else if (view.state !== 'failed' && view.state !== 'queued') {
      if (view.state !== 'open') wrong.push(`${id} is still ${view.state}`);
      if (view.expires_at !== null && Date.parse(view.expires_at) < now) {
        wrong.push(`${id} is ${view.state} past its deadline ${view.expires_at}`);
      }
      const target = `${view.host}/${view.target}`;
      if (view.target !== null && targets.has(target)) wrong.push(`${target} has two windows`);
      targets.add(target);
    }
  }
  const counts = new Map<string, number>();
  for (const { type, window_id } of await store.events.after(0, 1_000_000)) {
    if (window_id === null || !/^window\.(requested|open|closed|failed)$/.test(type)) continue;
    const key = `${type} of ${window_id}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, times] of counts) if (times > 1) wrong.push(`${key} happened ${times} times`);
  return wrong;
}

/** Violations by services: each one runs exactly while it is leased, in one container. */
async function wrongWithPower(
  stack: TestStack,
  store: Store,
  { mayBeDown = [], tolerated = [] }: Expected,
): Promise<string[]> {
  const wrong: string[] = [];
  const host = stack.env.VX11_HOST!;
  const windows = new Map((await allWindows(store)).map((view) => [view.window_id, view]));
  const leases = await store.leases.ofHost(host);
  const now = Date.now();
  const held = new Set<string>();
  for (const { window_id, service, deadline } of leases) {
    const view = windows.get(window_id);
    if (view === undefined || view.state === 'closed' || view.state === 'failed') {
      wrong.push(`${service} is leased by ${window_id}, which is ${view?.state ?? 'unknown'}`);
    }
    if (deadline === null || deadline > now) held.add(service);
  }
  const running = await stack.running();
  for (const service of running) {
    if (!held.has(service) && !tolerated.includes(service)) {
      wrong.push(`${service} runs without a live lease`);
    }
  }
  for (const service of held) {
    if (!running.includes(service) && !mayBeDown.includes(service)) {
      wrong.push(`${service} is leased and does not run`);
    }
  }
  const project = `label=com.docker.compose.project=${stack.project}`;
  const format = '{{.Label "com.docker.compose.service"}}';
  const made = (await stack.docker('ps', '-a', '--filter', project, '--format', format))
    .split('\n')
    .filter(Boolean);
  for (const service of new Set(made)) {
    const count = made.filter((name) => name === service).length;
    if (count > 1) wrong.push(`${service} has ${count} containers`);
  }
  return wrong;
}
