import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../contracts/autonomy.ts';
import { candidatesOf, chosen, loopDecisionOf, waiting } from '../../../domain/autonomy/decide.ts';
import { digestOf } from '../../../domain/autonomy/digest.ts';
import { stepsOf } from '../../../domain/autonomy/steps.ts';
import { acted, calm, fresh, lane, part, pressed, window } from './samples.ts';
import { noon } from '../samples.ts';

const minute = 60_000;

describe('an observation', () => {
  test.each<[string, Observation, string, string]>([
    ['nothing', calm(), 'wait', 'nothing'],
    ['an unhealthy service in its window', calm({ troubled: [part()] }), 'repair', 'part:box/web'],
    [
      'a service that has been unhealthy only for a moment',
      calm({ troubled: [part({ for_seconds: 20 })] }),
      'wait',
      'nothing',
    ],
    [
      'a core service that is down',
      calm({ troubled: [part({ tier: 'core', health: 'down', window_ids: [] })] }),
      'scan',
      'part:box/web',
    ],
    [
      'a machine under pressure with an open window',
      calm({ hosts: [pressed], windows: [window()] }),
      'close',
      'host:box',
    ],
    ['a machine under pressure without a window', calm({ hosts: [pressed] }), 'wait', 'nothing'],
    [
      'momentary pressure',
      calm({ hosts: [{ ...pressed, pressed_seconds: 10 }], windows: [window()] }),
      'wait',
      'nothing',
    ],
    ['an intent for manifestator', calm({ intents: [lane()] }), 'scan', 'lane:fs_drift'],
    [
      'an intent for switch',
      calm({ intents: [lane({ lane_id: 'notify', owner_module: 'switch' })] }),
      'route',
      'lane:notify',
    ],
    [
      'an intent whose lane has a task',
      calm({
        intents: [
          lane({ constraints: { task: { task_type: 'shell', code: 'df', ttl_seconds: 60 } } }),
        ],
      }),
      'spawn',
      'lane:fs_drift',
    ],
    [
      'an intent whose lane opens services',
      calm({ intents: [lane({ constraints: { open: { services: ['web'], ttl_seconds: 60 } } })] }),
      'open',
      'lane:fs_drift',
    ],
    [
      'a window that waits for room held by the loop',
      calm({
        windows: [
          window({ state: 'queued', waits_seconds: 400 }),
          window({ window_id: 'window-00000002', owner: 'autonomy' }),
        ],
      }),
      'close',
      'queue:box',
    ],
    [
      'a window that waits for room held by another owner',
      calm({
        windows: [
          window({ state: 'queued', waits_seconds: 400 }),
          window({ window_id: 'window-00000002' }),
        ],
      }),
      'wait',
      'nothing',
    ],
    [
      'a problem without a reachable Engine',
      calm({ engine: 'down', intents: [lane()] }),
      'wait',
      'nothing',
    ],
  ])('%s leads to it', (_, seen, action, key) => {
    const { choice, reasons } = loopDecisionOf(seen, fresh, noon);
    expect([choice.action, choice.key]).toEqual([action, key]);
    expect(reasons[0]).toBeTruthy();
  });

  test('gives a choice with the highest weight, and lists the alternatives', () => {
    const seen = calm({
      troubled: [part(), part({ name: 'madre', tier: 'core', window_ids: [] })],
      intents: [lane({ urgency: 'low' })],
    });
    const { choice, alternatives } = loopDecisionOf(seen, fresh, noon);
    expect(choice.key).toBe('part:box/madre');
    expect(alternatives.map(({ key }) => key)).toEqual(['part:box/web', 'lane:fs_drift']);
  });

  test('gives the same candidates in the same order each time', () => {
    const seen = calm({ intents: [lane({ lane_id: 'b' }), lane({ lane_id: 'a' })] });
    expect(candidatesOf(seen).map(({ key }) => key)).toEqual(['lane:a', 'lane:b']);
  });

  test('closes the loop’s own window before that of another owner', () => {
    const mine = window({ window_id: 'window-00000002', owner: 'autonomy', remaining_seconds: 10 });
    const seen = calm({ hosts: [pressed], windows: [window(), mine] });
    expect(loopDecisionOf(seen, fresh, noon).choice.params).toMatchObject({
      window_id: 'window-00000002',
      own: true,
    });
  });
});

describe('a model', () => {
  const seen = calm({ troubled: [part()], intents: [lane()] });
  const verdict = loopDecisionOf(seen, fresh, noon);

  test.each([
    [
      'that chooses what the rules chose',
      { choice: 'part:box/web', confidence: 1 },
      'rules',
      'part:box/web',
    ],
    [
      'that chooses another candidate',
      { choice: 'lane:fs_drift', confidence: 0.8 },
      'llm',
      'lane:fs_drift',
    ],
    ['that advises to wait', { choice: 'wait', confidence: 0.9 }, 'llm', 'nothing'],
    ['that is not sure', { choice: 'lane:fs_drift', confidence: 0.2 }, 'rules', 'part:box/web'],
    [
      'that invents a choice',
      { choice: 'delete everything', confidence: 1 },
      'rules',
      'part:box/web',
    ],
    ['that does not answer', null, 'rules', 'part:box/web'],
  ])('%s is followed only if the rules allow it', (_, answer, by, key) => {
    expect(chosen(verdict, answer)).toMatchObject({ by, choice: { key } });
  });

  test('cannot choose a blocked candidate', () => {
    const memory = { ...fresh, acted: [acted({ key: 'lane:fs_drift' })] };
    const held = loopDecisionOf(seen, memory, noon);
    expect(chosen(held, { choice: 'lane:fs_drift', confidence: 1 }).by).toBe('rules');
  });
});

describe('the digest', () => {
  const digest = (seen: Observation, memory = fresh, now = noon) =>
    digestOf(seen, loopDecisionOf(seen, memory, now));

  test('does not change while only time passes', () => {
    const one = calm({ troubled: [part()], windows: [window()] });
    const later = calm({
      at: new Date(noon + minute).toISOString(),
      hosts: [{ host: 'box', load: 0.3, memory: 0.6, pressed_seconds: 0 }],
      troubled: [part({ for_seconds: 300 })],
      windows: [window({ remaining_seconds: 200 })],
    });
    expect(digest(later)).toBe(digest(one));
  });

  test('changes with the eligible candidates, for example after a pause', () => {
    const seen = calm({ troubled: [part()] });
    const memory = { ...fresh, acted: [acted()] };
    expect(digest(seen, memory, noon + minute)).toBe(digest(seen, memory, noon + 2 * minute));
    expect(digest(seen, memory, noon + 6 * minute)).not.toBe(digest(seen, memory, noon + minute));
  });
});

describe('the steps of a choice', () => {
  const facts = (seen: Observation) => ({
    observation: seen,
    window_id: 'window-00000009',
    hostOf: (service: string) => (service === 'web' ? 'box' : null),
    canCheck: () => canCheck,
  });
  let canCheck = false;
  const steps = (seen: Observation) =>
    stepsOf(loopDecisionOf(seen, fresh, noon).choice, facts(seen));

  test('to restart a service check it afterwards, if it has checks', () => {
    canCheck = true;
    const made = steps(calm({ troubled: [part()], windows: [window()] }));
    canCheck = false;
    expect(made).toMatchObject([
      { type: 'RESTART_SERVICE' },
      { type: 'RUN_CHECKS', params: { suite: 'web', services: ['web'], host: 'box' } },
    ]);
  });

  test('to repair restart the service inside its window, whatever its owner and deadline', () => {
    const seen = (change = {}) => calm({ troubled: [part()], windows: [window(change)] });
    const params = { window_id: 'window-00000001', host: 'box', service: 'web' };
    const restart = [{ type: 'RESTART_SERVICE', params }];
    expect(steps(seen())).toEqual(restart);
    expect(steps(seen({ remaining_seconds: null }))).toEqual(restart);
    expect(steps(calm({ troubled: [part()] }))).toBeNull();
  });

  test('to close another owner’s window name its services, so it counts as a stop and needs confirmation', () => {
    const seen = calm({ hosts: [pressed], windows: [window()] });
    expect(steps(seen)).toMatchObject([{ params: { services: ['web'] } }]);
    const own = calm({ hosts: [pressed], windows: [window({ owner: 'autonomy' })] });
    expect(steps(own)).toMatchObject([{ params: { services: null } }]);
  });

  test('contain an intent’s text only as the text of a call', () => {
    const summary = 'rm -rf / # open everything';
    const constraints = { task: { task_type: 'shell' as const, code: 'df -h', ttl_seconds: 60 } };
    expect(
      JSON.stringify(steps(calm({ intents: [lane({ summary, constraints })] }))),
    ).not.toContain('rm -rf');
    expect(steps(calm({ intents: [lane({ summary })] }))).toEqual([
      { type: 'CALL_MANIFESTATOR', params: { action: 'scan', text: summary } },
    ]);
  });

  test('are null for services that no catalog has', () => {
    const open = { services: ['nope'], ttl_seconds: 60 };
    expect(steps(calm({ intents: [lane({ constraints: { open } })] }))).toBeNull();
    expect(stepsOf(waiting('x'), facts(calm()))).toBeNull();
  });
});
