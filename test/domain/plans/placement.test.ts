import { describe, expect, test } from 'vitest';
import type { PlanStep } from '../../../contracts/plan.ts';
import { makePlan } from '../../../domain/plans/make-plan.ts';
import { anIntent, aRequest, hex, twoHosts, webWindow } from './plan-samples.ts';

const onNas = webWindow({ window_id: 'window-0000000000000a01', host: 'nas' });
const onGpu = webWindow({ window_id: 'window-0000000000000a02', host: 'gpu' });

const make = (text: string, world = twoHosts()) =>
  makePlan(aRequest(text, { intent: anIntent(text, world), scope: 'admin' }), world);
function stepsOf(text: string, world = twoHosts()): PlanStep[] {
  const draft = make(text, world);
  if (!draft.ok) throw new Error(draft.error.detail);
  return draft.steps;
}
const refusal = (text: string, world = twoHosts()): string => {
  const draft = make(text, world);
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
    ['open web on mars', 'mars is no host here; there are: nas, gpu.'],
    ['abre web en marte', 'marte no es ningún equipo de aquí; hay: nas, gpu.'],
    ['open web on nas and gpu', 'One plan is for one host; these are several: nas, gpu.'],
    ['open llama on nas', 'llama is not in the compose file of nas'],
    ['open db and llama', 'One window is on one host; these are on nas and gpu.'],
    ['close web on mars', 'mars is no host here'],
    ['stop web on mars', 'mars is no host here'],
    ['status of web on mars', 'mars is no host here'],
    ['run `uptime` on host mars', 'mars is no host here'],
  ])('%s is refused: %s', (text, detail) => {
    expect(refusal(text)).toContain(`service_not_allowed: ${detail}`);
  });

  test('is given the time that its own host needs to start it', () => {
    const world = twoHosts();
    for (const service of world.services) {
      service.start_timeout_ms = service.host === 'gpu' ? 90_000 : 10_000;
    }
    expect(stepsOf('open web on nas', world)[0]!.timeout_seconds).toBe(40);
    expect(stepsOf('open web on gpu', world)[0]!.timeout_seconds).toBe(120);
    for (const service of world.services) service.may_fetch = service.host === 'gpu';
    expect(stepsOf('open web on nas', world)[0]!.timeout_seconds).toBe(40);
    expect(stepsOf('open web on gpu', world)[0]!.timeout_seconds).toBe(1200);
  });
});

describe('an end', () => {
  const both = twoHosts([onNas, onGpu]);
  const ids = (text: string, world = both) => {
    const { params } = stepsOf(text, world)[0]!;
    return (params as { window_ids?: string[] }).window_ids;
  };

  test.each(['close web on nas', 'stop web on nas', 'delete web on nas', 'close all on nas'])(
    '%s concerns that host alone',
    (text) => expect(ids(text)).toEqual([onNas.window_id]),
  );
  test.each(['close web', 'stop web', 'kill web'])(
    '%s is refused where windows on it are on several hosts',
    (text) => expect(refusal(text, both)).toContain('web is on several hosts (nas, gpu)'),
  );
  test.each(['close web', 'stop web'])('%s needs no host where only one has a window', (text) =>
    expect(ids(text, twoHosts([onGpu]))).toEqual([onGpu.window_id]),
  );
  test('of everything is of every host', () => expect(ids('close all')).toHaveLength(2));
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

  test('is on the host that is named, or the only one where the service is up', () => {
    expect(stepsOf('restart web on gpu', twoHosts([onNas, onGpu]))).toMatchObject(restarted);
    expect(stepsOf('restart web', onlyGpu)).toMatchObject(restarted);
    expect(refusal('restart web', twoHosts([onNas, onGpu]))).toContain(
      'on several hosts (nas, gpu)',
    );
  });

  test('on a host where it sleeps opens it there', () => {
    expect(stepsOf('restart web on nas', onlyGpu)).toMatchObject([
      { type: 'OPEN_WINDOW', params: { host: 'nas' } },
    ]);
  });
});

test('a look is at the host that is named, or at all', () => {
  expect(stepsOf('status of web on gpu')[0]!.params).toEqual({ services: ['web'], host: 'gpu' });
  expect(stepsOf('status of web')[0]!.params).toEqual({ services: ['web'] });
  expect(stepsOf('what is up on nas?')[0]!.params).toEqual({ services: [], host: 'nas' });
});

test('a task runs on the host that is named, whose spawner is opened for it', () => {
  expect(stepsOf('run `uptime` on gpu')).toMatchObject([
    { type: 'OPEN_WINDOW', params: { host: 'gpu', services: ['spawner'] } },
    { type: 'SPAWN', params: { host: 'gpu' } },
    { type: 'CLOSE_WINDOW', params: { window_ids: [`window-${hex}01`] } },
  ]);
  expect(stepsOf('run `uptime`')[1]!.params).not.toHaveProperty('host');
});

test('talk about hosts is only talk', () => {
  expect(stepsOf('web on mars is nice')).toMatchObject([{ type: 'NOOP' }]);
});
