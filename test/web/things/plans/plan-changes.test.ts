import { expect, test } from 'vitest';
import type { PlanStep } from '../../../../contracts/plan.ts';
import { wordsIn } from '../../../../web/base/words.ts';
import { changesOf } from '../../../../web/things/plans/plan-changes.ts';
import { deedName } from '../../../../web/things/plans/deed-name.ts';
import { planWords } from '../../../../web/things/plans/plan-words.ts';
import { portDiff } from '../../house/seed-repairs.ts';
import { aStep, webWindow } from '../../../domain/plans/plan-samples.ts';

const t = wordsIn(planWords, 'en');
const window = webWindow({ services: ['web'], members: ['db', 'web'] });
const service = (name: string, state: 'running' | 'absent') => ({
  name,
  host: window.host,
  tier: 'window' as const,
  state,
  health: state === 'running' ? ('ok' as const) : ('off_by_policy' as const),
  window_ids: state === 'running' ? [window.window_id] : [],
  until: null,
  reason: null,
  note: null,
});
const now = { services: [service('web', 'running'), service('db', 'running')], windows: [window] };
const short = (steps: PlanStep[], from = now) =>
  changesOf(steps, from, t).map(({ name, before, after }) => `${name}: ${before} → ${after}`);

const closing = (services: string[] | null): PlanStep =>
  aStep({
    type: 'CLOSE_WINDOW',
    params: { window_ids: [window.window_id], services },
  });

test('closing a window puts its services to sleep', () => {
  expect(short([closing(null)])).toEqual([
    'db: running → asleep by policy',
    'web: running → asleep by policy',
    `${window.window_id}: open → closed`,
  ]);
});

test('checks run once, and what sleeps wakes for them', () => {
  const params = {
    run_id: 'run-0123456789ab',
    host: window.host,
    suite: 'orders',
    services: ['web', 'db'],
    wakes: ['db'],
    reason: null,
  };
  const asleep = { ...now, services: [service('web', 'running'), service('db', 'absent')] };
  expect(short([aStep({ type: 'RUN_CHECKS', params })], asleep)).toEqual([
    'orders: none → they run once',
    'db: asleep by policy → awake while it is checked',
  ]);
});

test('a service that another window holds stays up', () => {
  const other = webWindow({
    window_id: 'window-00000000000000c3',
    services: ['db'],
    members: ['db'],
  });
  expect(short([closing(null)], { ...now, windows: [window, other] })[0]).toBe(
    'db: running → stays up for other windows',
  );
});

test('opening a window wakes its services for its time', () => {
  const opening = aStep({
    type: 'OPEN_WINDOW',
    params: {
      window_id: 'window-00000000000000d4',
      kind: 'target',
      host: window.host,
      services: ['web'],
      mode: 'ttl',
      ttl_seconds: 600,
      reason: null,
    },
  });
  const asleep = { services: [service('web', 'absent')], windows: [] };
  expect(short([opening], asleep)).toEqual([
    'web: asleep by policy → running',
    'window-00000000000000d4: none → open for 10 min',
  ]);
});

test('a patch names each file with how much of it changes', () => {
  const hash = 'a'.repeat(64);
  const params = {
    patch_id: 'patch-0123456789ab',
    host: 'box',
    files: [
      { path: 'compose.yaml', before_sha256: hash, after_sha256: hash },
      { path: 'run.sh', before_sha256: null, after_sha256: hash },
    ],
    diff: portDiff,
    diff_sha256: hash,
  };
  const step = aStep({ type: 'APPLY_PATCH', params });
  expect(short([step])).toEqual([
    'compose.yaml: as it is → +1 −1 lines',
    'run.sh: not there → created',
  ]);
  const plan = { action: 'run', targets: [], steps: [step] };
  expect(deedName(plan, t)).toBe('Patch compose.yaml, run.sh');
});

const none = { steps: [] };

test('a button names the deed in the language of the page', () => {
  expect(deedName({ ...none, action: 'stop', targets: ['web'] }, t)).toBe('Stop web');
  expect(
    deedName({ action: 'close_window', targets: [], steps: [closing(null)] }, t, [window]),
  ).toBe('Close web');
  expect(deedName({ ...none, action: 'stop', targets: ['a', 'b', 'c', 'd'] }, t)).toBe(
    'Stop a, b +2',
  );
  expect(deedName({ ...none, action: 'restart', targets: ['web'] }, wordsIn(planWords, 'es'))).toBe(
    'Reiniciar web',
  );
  expect(deedName({ ...none, action: 'mix', targets: ['drums'] }, t)).toBe('Confirm: mix drums');
});
