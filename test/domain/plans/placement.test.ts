import { describe, expect, test } from 'vitest';
import type { PlanStep } from '../../../contracts/plan.ts';
import { makePlan } from '../../../domain/plans/make-plan.ts';
import { anIntent, aRequest, hex, twoHosts, webWindow } from './plan-samples.ts';

const onNas = webWindow({ window_id: 'window-0000000000000a01', host: 'nas' });
const onGpu = webWindow({ window_id: 'window-0000000000000a02', host: 'gpu' });

const make = (text: string, context = twoHosts()) =>
  makePlan(aRequest(text, { intent: anIntent(text, context), scope: 'admin' }), context);
function stepsOf(text: string, context = twoHosts()): PlanStep[] {
  const draft = make(text, context);
  if (!draft.ok) throw new Error(draft.error.detail);
  return draft.steps;
}
const refusal = (text: string, context = twoHosts()): string => {
  const draft = make(text, context);
  return draft.ok ? 'it is not refused' : `${draft.error.code}: ${draft.error.detail}`;
};

describe('a window', () => {
  test.each([
    ['open web on nas for 20 minutes', 'nas', ['web']],
    ['abre web en gpu durante 20 minutos', 'gpu', ['web']],
    ['open llama for 20 minutes', 'gpu', ['llama']],
    ['open db and web', 'nas', ['db', 'web']], // only one host has both
    ['start web on gpu', 'gpu', ['web']],
    ['hold web on nas', 'nas', ['web']],
  ])('%s: on %s', (text, host, services) => {
    const [step] = stepsOf(text);
    expect(step).toMatchObject({ type: 'OPEN_WINDOW', params: { host, services } });
    expect(step!.effect).toMatch(new RegExp(`\\b(on|en) ${host}`));
  });

  test.each([
    ['open web', 'web is on several hosts (nas, gpu); name one of them, as in "web on nas".'],
    ['restart web', 'web is on several hosts (nas, gpu)'],
    ['open web on mars', 'mars is not a known host; known hosts: nas, gpu.'],
    ['abre web en marte', 'marte no es ningún equipo de aquí; hay: nas, gpu.'],
    ['open web on nas and gpu', 'A plan runs on one host; you named several: nas, gpu.'],
    ['open llama on nas', 'llama is not in the compose file of nas'],
    ['open db and llama', 'A window is on one host; these services are on nas and gpu.'],
    ['close web on mars', 'mars is not a known host'],
    ['stop web on mars', 'mars is not a known host'],
    ['status of web on mars', 'mars is not a known host'],
    ['run `uptime` on host mars', 'mars is not a known host'],
  ])('%s is refused: %s', (text, detail) => {
    expect(refusal(text)).toContain(`service_not_allowed: ${detail}`);
  });

  test('has the start timeout of its own host', () => {
    const context = twoHosts();
    for (const service of context.services) {
      service.start_timeout_ms = service.host === 'gpu' ? 90_000 : 10_000;
    }
    expect(stepsOf('open web on nas', context)[0]!.timeout_seconds).toBe(40);
    expect(stepsOf('open web on gpu', context)[0]!.timeout_seconds).toBe(120);
    for (const service of context.services) service.may_fetch = service.host === 'gpu';
    expect(stepsOf('open web on nas', context)[0]!.timeout_seconds).toBe(40);
    expect(stepsOf('open web on gpu', context)[0]!.timeout_seconds).toBe(1200);
  });
});

describe('an order to close or stop', () => {
  const both = twoHosts([onNas, onGpu]);
  const ids = (text: string, context = both) => {
    const { params } = stepsOf(text, context)[0]!;
    return (params as { window_ids?: string[] }).window_ids;
  };

  test.each(['close web on nas', 'stop web on nas', 'delete web on nas', 'close all on nas'])(
    '%s affects only that host',
    (text) => expect(ids(text)).toEqual([onNas.window_id]),
  );
  test.each(['close web', 'stop web', 'kill web'])(
    '%s is refused if several hosts have a window on it',
    (text) => expect(refusal(text, both)).toContain('web is on several hosts (nas, gpu)'),
  );
  test.each(['close web', 'stop web'])('%s needs no host if only one has a window', (text) =>
    expect(ids(text, twoHosts([onGpu]))).toEqual([onGpu.window_id]),
  );
  test('closes windows of every host for "all"', () => expect(ids('close all')).toHaveLength(2));
  test('on a host without a window changes nothing', () => {
    expect(stepsOf('close web on gpu', twoHosts([onNas]))).toMatchObject([{ type: 'NOOP' }]);
    expect(ids('stop web on gpu', twoHosts([onNas]))).toEqual([]);
  });
});

describe('a restart', () => {
  const onlyGpu = twoHosts([onGpu]);
  const restarted = [
    { type: 'RESTART_SERVICE', params: { window_id: onGpu.window_id, host: 'gpu' } },
  ];

  test('happens on the named host, or on the only one where the service runs', () => {
    expect(stepsOf('restart web on gpu', twoHosts([onNas, onGpu]))).toMatchObject(restarted);
    expect(stepsOf('restart web', onlyGpu)).toMatchObject(restarted);
    expect(refusal('restart web', twoHosts([onNas, onGpu]))).toContain(
      'on several hosts (nas, gpu)',
    );
  });

  test('on a host where the service sleeps opens it there', () => {
    expect(stepsOf('restart web on nas', onlyGpu)).toMatchObject([
      { type: 'OPEN_WINDOW', params: { host: 'nas' } },
    ]);
  });
});

test('a status request is for the named host, or for all hosts', () => {
  expect(stepsOf('status of web on gpu')[0]!.params).toEqual({ services: ['web'], host: 'gpu' });
  expect(stepsOf('status of web')[0]!.params).toEqual({ services: ['web'] });
  expect(stepsOf('what is up on nas?')[0]!.params).toEqual({ services: [], host: 'nas' });
});

test('a task runs on the named host, whose spawner is opened for it', () => {
  expect(stepsOf('run `uptime` on gpu')).toMatchObject([
    { type: 'OPEN_WINDOW', params: { host: 'gpu', services: ['spawner'] } },
    { type: 'SPAWN', params: { host: 'gpu' } },
    { type: 'CLOSE_WINDOW', params: { window_ids: [`window-${hex}01`] } },
  ]);
  expect(stepsOf('run `uptime`')[1]!.params).not.toHaveProperty('host');
});

test('talk about hosts changes nothing', () => {
  expect(stepsOf('web on mars is nice')).toMatchObject([{ type: 'NOOP' }]);
});
