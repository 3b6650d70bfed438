import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { ProviderEntry, ProviderModel } from '../../../contracts/provider.ts';
import type { RouteOptions, RoutingCall, StoredDecision } from '../../../contracts/routing-call.ts';
import { loadCatalog } from '../../../activities/routing/catalog/load-catalog.ts';
import type { RoutingMetrics } from '../../../activities/routing/chat/deps.ts';
import type { ChatReply } from '../../../activities/routing/chat/reply.ts';
import {
  createSwitch,
  type Switch,
  type SwitchDeps,
} from '../../../activities/routing/create-switch.ts';
import { openStore, type Store } from '../../../store/index.ts';

/** The key of every provider in tests. */
export const secret = 'sk-secret-of-a-provider';

export const noMetrics: RoutingMetrics = {
  ended: () => undefined,
  firstToken: () => undefined,
  spent: () => undefined,
  decided: () => undefined,
  dropped: () => undefined,
  waiting: () => undefined,
};

export const free = { in: 0, out: 0 };
export const paid = { in: 1, out: 2 };

/** A model that can take everything; the earlier it stands, the better it is. */
export const modelsOf = (
  names: readonly string[],
  change: Partial<ProviderModel> = {},
): ProviderModel[] =>
  names.map((id, nth) => ({
    id,
    context: 100_000,
    max_output: 8000,
    price: paid,
    can: ['tools', 'vision', 'json'],
    quality: 0.98 * 0.6 ** nth,
    ...change,
  }));

export const provider = (
  base_url: string,
  names: readonly string[],
  change: Partial<ProviderEntry> = {},
): ProviderEntry => ({
  id: 'script',
  kind: 'openai',
  base_url,
  key_env: 'SCRIPT_KEY',
  models: modelsOf(names),
  ...change,
});

export const catalogOf = (providers: readonly ProviderEntry[], env: Record<string, string> = {}) =>
  loadCatalog({
    env: {
      SCRIPT_KEY: secret,
      OTHER_KEY: `${secret}-other`,
      ...env,
      VX11_PROVIDERS_FILE: 'providers.yaml',
    },
    readFile: () => Promise.resolve(JSON.stringify({ providers })),
    fetch,
    now: Date.now,
  });

/** A switch over a store, as its process makes it. */
export const switchOver = async (
  store: Store,
  providers: readonly ProviderEntry[],
  change: Partial<SwitchDeps> = {},
): Promise<Switch> =>
  createSwitch({
    store,
    catalog: await catalogOf(providers),
    env: { SCRIPT_KEY: secret, OTHER_KEY: `${secret}-other` },
    digestKey: 'a key of the installation',
    budget: { all: null, owner: null },
    metrics: noMetrics,
    clock: Date.now,
    log: pino({ level: 'silent' }),
    ...change,
  });

export interface Routed {
  store: Store;
  router: Switch;
  /** Sends one request and reads the whole answer. */
  ask(body?: object, call?: Partial<RoutingCall> & { options?: RouteOptions }): Promise<Answered>;
  close(): Promise<void>;
}

export interface Answered {
  reply: ChatReply;
  status: number;
  headers: Record<string, string>;
  /** Of a stream: its data, parsed; `[DONE]` stays text. */
  events: unknown[];
  text: string;
  body: unknown;
  decision(): Promise<StoredDecision>;
}

export const callBy = (change: Partial<RoutingCall> = {}): RoutingCall => ({
  owner: 'ana',
  owner_id: 'token-1',
  may_open: false,
  correlation_id: 'desk-1',
  surface: 'chat',
  source: 'person',
  options: {},
  woken: null,
  ...change,
});

/** A switch with a store of its own. */
export async function startRouted(
  providers: readonly ProviderEntry[],
  change: Partial<SwitchDeps> = {},
): Promise<Routed> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-routing-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  const router = await switchOver(store, providers, change);
  return {
    store,
    router,
    async ask(body = {}, call = {}) {
      const messages = [{ role: 'user', content: 'Say hello to everybody in the room.' }];
      const asked = { model: 'auto:critical', messages, ...body };
      const reply = await router.chat(
        asked,
        callBy({ ...call, options: { seed: 7, ...call.options } }),
        new AbortController().signal,
      );
      return answered(reply, router, store);
    },
    async close() {
      await router.flush();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answered(reply: ChatReply, router: Switch, store: Store): Promise<Answered> {
  const base = { reply, events: [] as unknown[], text: '', body: null as unknown };
  const id = (): string =>
    'request' in reply ? reply.request.decision_id : reply.headers['x-vx11-decision']!;
  const decision = async (): Promise<StoredDecision> => {
    await router.flush();
    return (await store.routing.decisions.find(id()))!;
  };
  if ('request' in reply) return { ...base, status: 0, headers: {}, body: reply.request, decision };
  if (reply.kind === 'json') {
    const { status, headers, body } = reply;
    return { ...base, status, headers, body, decision };
  }
  let text = '';
  for await (const piece of reply.text) text += piece;
  const events = text
    .split('\n\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.replace(/^data: /, ''))
    .map((data) => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)));
  return { ...base, status: 200, headers: reply.headers, text, events, decision };
}

/** The text of the chunks of a stream. */
export const textIn = (events: readonly unknown[]): string =>
  events
    .map(
      (event) =>
        (event as { choices?: { delta?: { content?: string } }[] }).choices?.[0]?.delta?.content ??
        '',
    )
    .join('');

/** The error that ended a stream, or that an answer is. */
export const errorIn = (
  answer: Answered,
): { code: string; message: string; decision_id: string } | undefined =>
  ((answer.reply.kind === 'stream' ? answer.events.at(-1) : answer.body) as { error?: never })
    .error;
