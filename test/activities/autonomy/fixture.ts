import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type {
  AutonomyActivities,
  ChangedRound,
} from '../../../activities/autonomy/autonomy-activities.ts';
import { createAutonomyActivities } from '../../../activities/autonomy/create-activities.ts';
import type { AutonomyDeps, Propose } from '../../../activities/autonomy/deps.ts';
import { createAutonomyMetrics } from '../../../activities/autonomy/metrics.ts';
import { noLlm } from '../../../activities/providers/language-models.ts';
import { newId } from '../../../contracts/ids.ts';
import type { ServiceObservation } from '../../../contracts/service.ts';
import { chosen } from '../../../domain/autonomy/decide.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { aService } from '../../domain/samples.ts';
import { catalog, observation } from '../../gateway/fixture.ts';

type Proposal = Parameters<Propose>[0];

/** The loop's activities over a real store, with a planner that records its proposals. */
export interface AutonomyFixture {
  store: Store;
  activities: AutonomyActivities;
  proposals: Proposal[];
  /** Advances the clock, in ms. */
  pass(ms: number): void;
  now(): number;
  see(name: string, change: Partial<ServiceObservation>): Promise<void>;
  /** Adds an intent of a scanner. @returns its id */
  intent(domain: string, intent_type: string, more?: { summary?: string }): Promise<string>;
  /** Runs a round as the workflow does; null if nothing had changed. */
  round(id?: string): Promise<Awaited<ReturnType<AutonomyActivities['carryOut']>> | null>;
  /** Observes the next round; fails if nothing has changed. */
  changed(): Promise<ChangedRound>;
  close(): Promise<void>;
}

export async function startFixture(change: Partial<AutonomyDeps> = {}): Promise<AutonomyFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-autonomy-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  let now = noon;
  const proposals: Proposal[] = [];
  const activities = createAutonomyActivities({
    host: 'box',
    store,
    llm: noLlm,
    mayRepair: () => true,
    pressure: () => ({ load: 0.1, memory: 0.4 }),
    limits: { actions_per_hour: 6, llm_usd_per_day: 1, llm_tokens_per_day: 1e6 },
    metrics: createAutonomyMetrics(new Registry()),
    clock: () => now,
    log: pino({ level: 'silent' }),
    propose: async (proposal) => {
      proposals.push(proposal);
      return { plan_id: proposal.plan_id, status: 'PENDING' };
    },
    ...change,
  });
  await store.services.saveCatalog(
    catalog([aService('web'), aService('redis', { tier: 'core' })]),
    [],
  );
  await store.autonomy.start('ada', now, []);
  let nth = 0;
  const observe = (id = `cycle-${(nth += 1)}`) => activities.observe({ cycle_id: id });
  return {
    store,
    activities,
    proposals,
    pass: (ms) => void (now += ms),
    now: () => now,
    see: (name, seen) => store.services.observe([observation(name, seen)], [], now),
    async intent(domain, intent_type, { summary } = {}) {
      const names = { intent_id: newId('intent'), correlation_id: newId('run') };
      const { intent } = await store.rails.take(
        {
          ...names,
          at: now,
          source: 'hormiguero',
          actor: 'scanner',
          type: 'incident',
          domain,
          intent_type,
          urgency: 'medium',
          payload_json: JSON.stringify({ domain, intent_type, summary }),
        },
        () => ({ type: 'rails.routed', at: now, actor: 'scanner' }),
      );
      return intent.intent_id;
    },
    async round(id) {
      now += 1; // no two rounds in one instant
      const round = await observe(id);
      if (!round.changed) return null;
      const reasoning = await activities.reason(round);
      const { choice: said, confidence } = reasoning ?? { choice: null, confidence: null };
      const advice = said === null || confidence === null ? null : { choice: said, confidence };
      return activities.carryOut({ round, reasoning, ...chosen(round.verdict, advice) });
    },
    async changed() {
      const round = await observe();
      if (!round.changed) throw new Error('nothing has changed');
      return round;
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
