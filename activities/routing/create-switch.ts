import { createHmac, randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { RoutingBeliefs } from '../../contracts/routing-beliefs.ts';
import type { RoutingCall } from '../../contracts/routing-call.ts';
import type { DecisionRecord } from '../../contracts/routing-decision.ts';
import { routingMode, type RoutingMode } from '../../contracts/routing.ts';
import { noBeliefs } from '../../domain/routing/learning/beliefs.ts';
import { createKeyedLock } from '../../platform/concurrency/lock.ts';
import type { Store } from '../../store/index.ts';
import type { LiveCatalog } from './catalog/catalog.ts';
import type { AskedBody } from './chat/asked-body.ts';
import { chatLimits, type ChatDeps, type ChatLimits, type RoutingMetrics } from './chat/deps.ts';
import { createPendingPrograms } from './chat/pending-programs.ts';
import { createPendingWaits } from './chat/pending-waits.ts';
import { createPendingWakes } from './chat/pending-wakes.ts';
import { readRequest } from './chat/prepare.ts';
import type { ChatReply } from './chat/reply.ts';
import { runChat } from './chat/run.ts';
import { decideNow } from './chat/session.ts';
import { publishedView } from './published.ts';
import { createRecorder } from './recorder.ts';
import { createAllowances } from './state/allowances.ts';
import { createBudget, type BudgetLimits } from './state/budget.ts';
import { createConversations } from './state/conversations.ts';
import { createLimits } from './state/limits.ts';
import { createLocalUses } from './state/local-uses.ts';
import { createPlaces } from './state/places.ts';
import { programOutcome } from './state/program-outcome.ts';
import { createServices } from './state/services.ts';
import { createWakes, type WakeState } from './state/wakes.ts';

export interface SwitchDeps {
  store: Store;
  catalog: LiveCatalog;
  /** The environment, of which only the variables of keys are read. */
  env: Readonly<Record<string, string | undefined>>;
  /** Keeps what is stored of keys, which are digests, from being guessed. */
  digestKey: string;
  budget: BudgetLimits;
  metrics: RoutingMetrics;
  limits?: Partial<ChatLimits>;
  /** Epoch ms. */
  clock: () => number;
  log: Logger;
}

/** Answers requests by the targets of a catalog. */
export interface Switch {
  /** Never rejects. */
  chat(body: AskedBody, call: RoutingCall, caller: AbortSignal): Promise<ChatReply>;
  /** What would be decided now; nothing is sent and nothing is counted. Throws `RoutingError`. */
  dryRun(body: AskedBody, call: RoutingCall): Promise<DecisionRecord>;
  /** Forgets the cooldowns and breakers of a provider. @returns how many there were */
  reset(provider: string): number;
  /** Writes what waits, and publishes what `GET /switch/providers` shows. */
  flush(): Promise<void>;
  /** Asks providers for their models again. */
  refresh(): Promise<void>;
}

const digestOfKey = (digestKey: string, secret: string): string =>
  createHmac('sha256', digestKey).update(`key of a provider\n${secret}`).digest('hex').slice(0, 32);

/** How long a call of `flush` waits for the one before it. */
const flushWaitMs = 10_000;

/** Makes the switch from what it stored before. */
export async function createSwitch(deps: SwitchDeps): Promise<Switch> {
  const { store, catalog, clock, metrics, log } = deps;
  const { state } = store.routing;
  const [beliefsRow, wakesRow, limitRows] = await Promise.all([
    state.read('beliefs'),
    state.read('wakes'),
    state.limits(),
  ]);
  const beliefs = (beliefsRow?.value as RoutingBeliefs | undefined) ?? noBeliefs();
  const wakes = createWakes((wakesRow?.value as WakeState | undefined) ?? null);
  const limits = createLimits(Math.random, (env) => {
    const secret = deps.env[env];
    return secret === undefined || secret === '' ? null : digestOfKey(deps.digestKey, secret);
  });
  limits.load(limitRows);
  const budget = createBudget(store.routing.spend, deps.budget, clock);
  await budget.load();
  await state.write('budget', deps.budget, clock());
  const limitsOfChat = { ...chatLimits, ...deps.limits };
  const places = createPlaces(limitsOfChat.line, clock, (count) => metrics.waiting(count));
  const allowances = createAllowances(clock);
  const services = createServices(store, clock);
  const uses = createLocalUses(store, services, clock);
  const facts = {
    limits,
    allowances,
    budget,
    wakes,
    services,
    places,
    uses,
  };
  const dropped = (records: number): void => metrics.dropped(records);
  const recorder = createRecorder({
    store: store.routing,
    beliefs,
    limits,
    budget,
    wakes,
    clock,
    dropped,
  });
  let mode: RoutingMode = 'BALANCED';
  let published = '';
  const lock = createKeyedLock(flushWaitMs);
  const pending = {
    wakes: createPendingWakes(),
    programs: createPendingPrograms(),
    waits: createPendingWaits(),
  };
  const chat: ChatDeps = {
    catalog,
    facts,
    uses,
    program: (taskId) => programOutcome(store, taskId),
    conversations: createConversations(),
    beliefs: () => beliefs,
    secret: (env) => deps.env[env] ?? null,
    mode: () => mode,
    record: (decision) => recorder.add(decision),
    metrics,
    limits: limitsOfChat,
    clock,
    seed: () => randomInt(0x1_0000_0000),
    log,
  };
  const publish = async (): Promise<void> => {
    const view = publishedView(catalog.current(), limits, clock());
    const text = JSON.stringify(view);
    if (text === published) return;
    await state.write('providers', view, clock());
    published = text;
  };
  return {
    chat: (body, call, caller) => runChat(body, call, caller, pending, chat),
    dryRun: (body, call) => decideNow(readRequest(body, call, chat), chat),
    reset: (provider) => limits.reset(provider),
    // one at a time: feedback that two of them read would count twice
    flush: () =>
      lock.run('flush', async () => {
        const stored = routingMode.safeParse((await state.read('mode'))?.value);
        mode = stored.data ?? 'BALANCED';
        await recorder.flush();
        await publish();
        await uses.flush();
      }),
    async refresh() {
      await facts.services.refresh(0);
      const { version } = catalog.current();
      await catalog.refresh(
        ({ service }) => service === null || isAwake(facts.services.of(service)?.state),
      );
      limits.catalogRefreshed(catalog.current().version !== version);
    },
  };
}

/** A service that is in no compose file, or always runs, is asked too. */
const isAwake = (state: 'awake' | 'waking' | 'asleep' | 'held' | undefined): boolean =>
  state === undefined || state === 'awake' || state === 'held';
