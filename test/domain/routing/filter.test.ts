import { describe, expect, test } from 'vitest';
import {
  filterReason,
  type RequestFeatures,
  type RoutingTarget,
} from '../../../contracts/routing.ts';
import { asleep, decided, minute, now, request, second, target } from './samples.ts';

const blocked = (
  reason: 'at_limit' | 'cooling' | 'quota' | 'no_money' | 'unauthorized',
  ms = minute,
) => ({
  reason,
  until_ms: now + ms,
});
type Case = [
  title: string,
  reasons: string[],
  target: Partial<RoutingTarget>,
  request?: Partial<RequestFeatures>,
];
const none = target().left;

const cases: Case[] = [
  ['that is switched off', ['disabled'], { enabled: false }],
  ['that needs a key and has none', ['no_key'], { keys: [] }],
  [
    'whose only key was refused',
    ['unauthorized'],
    { keys: [{ id: 'k', block: blocked('unauthorized') }] },
  ],
  [
    'whose breaker is open',
    ['breaker_open'],
    { block: { reason: 'breaker_open', until_ms: now + second } },
  ],
  ['whose only key cools', ['cooling'], { keys: [{ id: 'k', block: blocked('cooling') }] }],
  [
    'whose only key is at its limit',
    ['at_limit'],
    { keys: [{ id: 'k', block: blocked('at_limit') }] },
  ],
  ['whose daily limit is used up', ['quota'], { left: { ...none, requests: 0 } }],
  [
    'with fewer tokens left today than the prompt has',
    ['quota'],
    { left: { ...none, tokens: 100 } },
  ],
  ['with less money left today than it costs', ['quota'], { left: { ...none, usd: 0.000_01 } }],
  ['whose account is empty', ['no_money'], { keys: [{ id: 'k', block: blocked('no_money') }] }],
  ['that answers as many as it can', ['busy'], { active: 2, concurrency: 2 }],
  ['with a context below the prompt', ['context_too_small'], { context: 1500 }],
  [
    'whose context leaves no room for the answer',
    ['context_too_small'],
    { context: 2000 },
    { max_output: 600 },
  ],
  [
    'with shorter answers than wanted',
    ['output_too_small'],
    { max_output: 500 },
    { max_output: 600 },
  ],
  ['without tools', ['lacks_tools'], { can: [] }, { needs: ['tools'] }],
  ['without eyes', ['lacks_vision'], { can: ['tools'] }, { needs: ['vision'] }],
  ['without JSON', ['lacks_json'], { can: [] }, { needs: ['json'] }],
  ['without ears', ['lacks_audio'], { can: [] }, { needs: ['audio'] }],
  ['that cannot reason', ['lacks_reasoning'], { can: [] }, { needs: ['reasoning'] }],
  ['that makes no vectors', ['lacks_embed'], { can: [] }, { needs: ['embed'] }],
  ['that only makes vectors', ['lacks_chat'], { can: ['embed'] }],
  ['that gives one answer only', ['lacks_choices'], { choices: false }, { choices: 2 }],
  ['that cannot take the history', ['history_not_portable'], {}, { families: ['gemini'] }],
  ['that costs more than the cap', ['over_cost_cap'], {}, { max_cost_usd: 0.0001 }],
  ['whose price is unknown, under a cap', ['price_unknown'], { price: null }, { max_cost_usd: 1 }],
  [
    'whose price is unknown, within a budget',
    ['price_unknown'],
    { price: null },
    { budget_left_usd: 1 },
  ],
  ['that costs more than the budget has', ['over_budget'], {}, { budget_left_usd: 0.0001 }],
  ['that may keep the text', ['data_policy'], { data: 'any' }, { data: 'local' }],
  ['that the token may not use', ['not_allowed'], { allowed: false }],
  [
    'that sleeps, if the caller wants nothing woken',
    ['asleep_may_not_wake'],
    { sleep: asleep() },
    { wake: 'never' },
  ],
  [
    'that sleeps, if the token may not open windows',
    ['asleep_may_not_wake'],
    { sleep: asleep({ may_open: false }) },
  ],
  [
    'that sleeps and is not on the wake list',
    ['asleep_may_not_wake'],
    { sleep: asleep({ on_wake_list: false }) },
  ],
  ['that sleeps in quiet hours', ['asleep_may_not_wake'], { sleep: asleep({ quiet: true }) }],
  [
    'whose wakes failed',
    ['asleep_may_not_wake'],
    { sleep: asleep({ blocked_until_ms: now + second }) },
  ],
  [
    'that wakes after the deadline',
    ['wake_too_slow'],
    { sleep: asleep() },
    { deadline_seconds: 14 },
  ],
  [
    'that still wakes at the deadline',
    ['wake_too_slow'],
    { sleep: asleep({ state: 'waking', waking_seconds: 2 }) },
    { deadline_seconds: 9 },
  ],
  [
    'whose window ends in the answer',
    ['window_ends_too_soon'],
    { sleep: asleep({ state: 'awake', until_ms: now + second, may_extend: false }) },
  ],
  [
    'whose longest window is shorter than an answer',
    ['window_ends_too_soon'],
    { sleep: asleep({ longest_window_seconds: 2 }) },
  ],
  ['that has no room to wake', ['no_room'], { sleep: asleep({ has_room: false }) }],
  ['that was not named', ['not_named'], {}, { named: 'shop/other' }],
];

describe('a target', () => {
  test.each(cases)('%s cannot take a request: %j', (_, reasons, change, asked = {}) => {
    const { chosen, excluded } = decided({
      targets: [target(change)],
      request: request(asked),
    });
    expect(chosen).toBeNull();
    expect(excluded.map((one) => one.reasons)).toEqual([reasons]);
  });

  test('can be out for every reason that there is', () => {
    const seen = new Set(cases.flatMap(([, reasons]) => reasons));
    expect([...seen].toSorted()).toEqual(filterReason.options.toSorted());
  });

  test('gets all its reasons, not only the first', () => {
    const poor = target({
      enabled: false,
      allowed: false,
      can: [],
      context: 10,
      keys: [{ id: 'k', block: blocked('quota') }],
      active: 1,
      concurrency: 1,
    });
    const { excluded } = decided({
      targets: [poor],
      request: request({ needs: ['tools', 'json'] }),
    });
    expect(excluded[0]!.reasons.toSorted()).toEqual(
      [
        'busy',
        'context_too_small',
        'disabled',
        'lacks_json',
        'lacks_tools',
        'not_allowed',
        'quota',
      ].toSorted(),
    );
  });

  test.each<[string, Partial<RoutingTarget>, Partial<RequestFeatures>]>([
    ['without a service never sleeps', { sleep: null }, { wake: 'never' }],
    [
      'that is awake needs no right to wake',
      { sleep: asleep({ state: 'awake', until_ms: now + 10 * minute, may_open: false }) },
      { wake: 'never' },
    ],
    ['that is held has no end', { sleep: asleep({ state: 'held' }) }, {}],
    ['that sleeps may be woken within the deadline', { sleep: asleep() }, { deadline_seconds: 30 }],
    [
      'whose window can be extended takes a long answer',
      { sleep: asleep({ state: 'awake', until_ms: now + second }) },
      {},
    ],
    ['with a block that is over is free', { block: { reason: 'cooling', until_ms: now } }, {}],
    [
      'with one free key of eight is free',
      {
        keys: [
          ...Array.from({ length: 7 }, (_, at) => ({ id: `k${at}`, block: blocked('quota') })),
          { id: 'k8', block: null },
        ],
      },
      {},
    ],
    ['that needs no key is free without one', { needs_key: false, keys: [] }, {}],
    [
      'of unknown size may take any prompt',
      { context: null, max_output: null },
      { bytes_in: 9_000_000, max_output: 5 },
    ],
    ['of unknown price is free to use where no cap is set', { price: null }, {}],
    ['that keeps nothing satisfies a weaker policy', { data: 'local' }, { data: 'no_retention' }],
  ])('%s', (_, change, asked) => {
    const { chosen } = decided({ targets: [target(change)], request: request(asked) });
    expect(chosen).toBe('shop/model');
  });
});
