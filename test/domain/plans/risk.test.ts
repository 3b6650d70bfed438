import { describe, expect, test } from 'vitest';
import type { StepParams, StepDraft } from '../../../contracts/plan.ts';
import {
  atLeast,
  highest,
  riskOfAction,
  riskOfStep,
  riskTable,
} from '../../../domain/plans/risk.ts';

describe('the risk table', () => {
  const rows = riskTable.flatMap(({ level, words, onlyOurselves }) =>
    words.map((word) => [word, level, onlyOurselves === true] as const),
  );
  test.each(rows)('%s is %s', (word, level, onlyOurselves) => {
    const target = onlyOurselves ? 'madre' : 'web';
    for (const action of [word, `${word}_all`, `force_${word}`.toUpperCase()]) {
      expect(riskOfAction(action, [target]).level, action).toBe(level);
    }
  });

  test.each(['delete', 'stop', 'kill', 'destroy'])(
    '%s of VX11 itself says what it would end',
    (action) => {
      for (const target of ['madre', 'tentaculo_link']) {
        expect(riskOfAction(action, ['web', target])).toMatchObject({
          level: 'HIGH',
          because: expect.stringMatching(/VX11 itself/) as string,
        });
      }
    },
  );

  test.each([
    'list',
    'status',
    'health',
    'read',
    'analyze',
    'open_window',
    'close_window',
    'run',
    'help',
    'chat',
    '',
  ])('%s is LOW, even for madre', (action) => {
    for (const target of ['web', 'madre']) expect(riskOfAction(action, [target]).level).toBe('LOW');
  });

  test('the highest counts', () => {
    const [low, med, high] = ['list', 'restart', 'stop'].map((action) => riskOfAction(action, []));
    expect(highest([low!, high!, med!])).toBe(high);
    expect(highest([]).level).toBe('LOW');
    expect([atLeast('HIGH', 'MED'), atLeast('LOW', 'MED'), atLeast('MED', 'MED')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

const open: Omit<StepParams<'OPEN_WINDOW'>, 'window_id' | 'mode'> = {
  kind: 'target',
  host: 'h',
  services: ['web'],
  ttl_seconds: 60,
  reason: 'delete',
} as const;
const own = new Set(['window-000000aa']);
const rows: [string, StepDraft, string][] = [
  [
    'a window with a deadline',
    { type: 'OPEN_WINDOW', params: { ...open, window_id: 'window-000000aa', mode: 'ttl' } },
    'LOW',
  ],
  [
    'a window on hold',
    {
      type: 'OPEN_WINDOW',
      params: { ...open, window_id: 'window-000000aa', mode: 'hold', ttl_seconds: null },
    },
    'MED',
  ],
  [
    'the close of the plan’s own window',
    { type: 'CLOSE_WINDOW', params: { window_ids: ['window-000000aa'], services: null } },
    'LOW',
  ],
  [
    'the close of one window',
    { type: 'CLOSE_WINDOW', params: { window_ids: ['window-000000bb'], services: null } },
    'LOW',
  ],
  [
    'the close of several windows',
    {
      type: 'CLOSE_WINDOW',
      params: { window_ids: ['window-000000bb', 'window-000000cc'], services: null },
    },
    'MED',
  ],
  [
    'a stopped service',
    { type: 'CLOSE_WINDOW', params: { window_ids: ['window-000000bb'], services: ['web'] } },
    'HIGH',
  ],
  [
    'a suspended service',
    {
      type: 'CLOSE_WINDOW',
      params: { window_ids: ['window-000000bb'], services: ['web'], verb: 'suspend' },
    },
    'MED',
  ],
  ['a status request', { type: 'SYSTEM_HEALTHCHECK', params: { services: [] } }, 'LOW'],
  [
    'a message about destruction',
    { type: 'NOOP', params: { message: 'delete everything' } },
    'LOW',
  ],
  ['a pause', { type: 'WAIT', params: { seconds: 1 } }, 'LOW'],
  [
    'a task in a sandbox',
    { type: 'SPAWN', params: { task_type: 'shell', code: 'rm -rf /', ttl_seconds: 1 } },
    'LOW',
  ],
  ['a patch', { type: 'CALL_MANIFESTATOR', params: { action: 'patch', text: '' } }, 'MED'],
  [
    'a restore',
    { type: 'CALL_MANIFESTATOR', params: { action: 'restore', text: 'it is LOW' } },
    'HIGH',
  ],
  ['a cleanup', { type: 'CALL_HORMIGUERO', params: { action: 'cleanup', text: '' } }, 'MED'],
  [
    'a question to a model',
    { type: 'CALL_SWITCH', params: { action: 'chat', text: 'delete' } },
    'LOW',
  ],
];
test.each(rows)('%s', (_, step, level) => {
  expect(riskOfStep(step as Parameters<typeof riskOfStep>[0], own).level).toBe(level);
});
