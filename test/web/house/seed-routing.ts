import type { StoredDecision } from '../../../contracts/routing-call.ts';
import type { ProviderView } from '../../../contracts/switch.ts';
import { noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { learnWake, noWakes } from '../../../domain/routing/learning/wake.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import { utcDay } from '../../../platform/time.ts';
import type { Store } from '../../../store/index.ts';
import { minute } from '../../domain/samples.ts';
import { answers, asleep, decided, request, target } from '../../domain/routing/samples.ts';

const price = (into: number, out: number) => ({ in: into, out, cached: into / 10 });
const targets = [
  target({ id: 'deepseek/deepseek-flash', quality: 0.62, price: price(0.3, 1.2) }),
  target({ id: 'anthropic/claude-sonnet-5', quality: 0.85, price: price(3, 15) }),
  target({
    id: 'groq/llama-4-70b',
    price: price(0.6, 0.8),
    block: { reason: 'cooling', until_ms: Date.now() + 9 * minute },
  }),
  target({ id: 'openai/gpt-5-mini', price: price(0.25, 2), last_resort: true }),
  target({
    id: 'llama/smollm2-135m',
    quality: 0.3,
    price: price(0, 0),
    context: 8192,
    sleep: asleep({ service: 'llama' }),
  }),
];

const provider = (id: string, change: Partial<ProviderView> = {}): ProviderView => ({
  id,
  kind: 'openai',
  base_url: `https://api.${id}.example/v1`,
  keys: [{ env: `${id.toUpperCase()}_API_KEY`, set: true, block: null }],
  service: null,
  list: 'ok',
  models: targets
    .filter((one) => one.id.startsWith(`${id}/`))
    .map(({ id: name, context, max_output, price: costs, can, quality, last_resort, block }) => ({
      id: name,
      auto: true,
      context,
      max_output,
      price: costs,
      can,
      quality,
      last_resort,
      block,
    })),
  ...change,
});

/** Providers in every state, what was learned of their models, and the decisions of an hour. @returns the id of one */
export async function seedRouting(store: Store): Promise<string> {
  const now = Date.now();
  const { state, decisions, spend } = store.routing;
  const beliefs = noBeliefs();
  const learn = (id: string, n: number, feedback: number) =>
    answers(beliefs, n, { target: id, evidence: { feedback } });
  learn('deepseek/deepseek-flash', 60, 0.68);
  learn('anthropic/claude-sonnet-5', 24, 0.93);
  learn('llama/smollm2-135m', 9, 0.41);
  await state.write('beliefs', beliefs, now);
  const wake = learnWake(learnWake(noWakes, 8.4, now), 9.1, now);
  await state.write('wakes', { wakes: { 'llama@box': wake }, rates: {} }, now);
  await state.write('budget', { all: 2, owner: 0.5 }, now);
  const mistral = {
    keys: [{ env: 'MISTRAL_API_KEY', set: false, block: null }],
    list: 'never' as const,
  };
  const refused = { reason: 'unauthorized' as const, until_ms: now + 7 * minute };
  const openai = { keys: [{ env: 'OPENAI_API_KEY', set: true, block: refused }] };
  const local = { keys: [], service: 'llama', base_url: 'http://llama:8080/v1' };
  const providers = [
    provider('deepseek'),
    provider('anthropic', { kind: 'anthropic', allow: ['ana', 'ci'] }),
    provider('groq'),
    provider('openai', openai),
    provider('mistral', mistral),
    provider('llama', local),
  ];
  const notes = ['VX11_PROVIDERS_FILE: providers.2.base_url must be an http or https URL'];
  await state.write('providers', { providers, notes }, now);
  const made = Array.from({ length: 14 }, (_, nth): StoredDecision => {
    const at = now - (nth * 4 + 1) * minute;
    const weights = weightsOf[nth % 4 === 0 ? 'HIGH-PERF' : 'BALANCED'];
    const asked = request({ type: nth % 3 === 0 ? 'code' : 'chat', bytes_in: 900 + nth * 400 });
    const record = decided({ targets, beliefs, weights, request: asked, seed: nth + 1, at });
    const chosen = record.chosen!;
    const bad = nth % 5 === 2;
    const one = { key: null, status: 200, detail: null, ms: 640 + nth * 55, first_token_ms: 210 };
    const failed = {
      ...one,
      failure: 'failed' as const,
      status: null,
      detail: 'the connection failed (ECONNREFUSED)',
      first_token_ms: null,
    };
    return {
      decision_id: `decision-${String(nth + 1).padStart(16, '0')}`,
      at_ms: at,
      owner: nth % 2 === 0 ? 'ana' : 'ci',
      owner_id: nth % 2 === 0 ? 'token-ana' : 'token-ci',
      correlation_id: `desk-${nth}`,
      surface: 'chat',
      dropped: nth === 0 ? ['logit_bias'] : [],
      record,
      tries: [
        ...(bad ? [{ ...failed, target: 'groq/llama-4-70b' }] : []),
        { ...one, failure: null, target: chosen },
      ],
      outcome: {
        ok: nth !== 9,
        target: nth === 9 ? null : chosen,
        code: nth === 9 ? 'budget_exceeded' : null,
        tokens_in: 230,
        tokens_out: 118,
        usage_from: 'provider',
        cost_usd: 0.00021 * (nth + 1),
        finish: 'stop',
        reward: null,
      },
    };
  });
  await decisions.save(made);
  const used = { day: utcDay(now), reserved_usd: 0, tokens: 48_210, requests: 41 };
  const spent = { all: 0.93, 'provider:anthropic': 0.71, 'provider:deepseek': 0.22 };
  await spend.settle(
    Object.entries({ ...spent, 'owner:ci': 0.48 }).map(([account, spent_usd]) => ({
      ...used,
      account,
      spent_usd,
    })),
  );
  return made[2]!.decision_id;
}
