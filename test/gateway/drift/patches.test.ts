import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MadrePatchCall } from '../../../contracts/drift-patch.ts';
import type { PatchView } from '../../../contracts/patch.ts';
import { appliedExample, createdExample } from '../../../gateway/drift/patch-examples.ts';
import { planExample } from '../../../gateway/plans/examples.ts';
import { patchExample } from '../../../gateway/repair/examples.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

const change: NonNullable<PatchView['change']> = {
  module: 'dsl',
  reason: 'web.environment.MODE',
  severity: 'normal',
  direction: 'adopt',
  operations: [],
  config_diff: [],
  patch_hash: 'a'.repeat(64),
  acts: [],
  services: ['web'],
  touches: [],
  watch_seconds: 0,
  findings: [],
  left: [],
  loses: [],
  tests: [{ stage: 'config', ok: true, detail: 'fine' }],
  expires_at: '2026-11-30T12:00:00.000Z',
  before: null,
  commit: null,
};
const dsl: PatchView = { ...patchExample, patch_id: 'patch-00000000000000dd01', change };

const made: MadrePatchCall[] = [];
const madre = {
  async makePatch(call: MadrePatchCall) {
    made.push(call);
    return call.blocks === undefined
      ? createdExample
      : { ...createdExample, status: 'generated', patch_id: dsl.patch_id, patch: dsl };
  },
  applyPatch: async () => appliedExample,
  revert: async () => ({ plan: planExample, confirm_token: null }),
};
let gateway: Gateway;
const tokens: Record<string, string> = {};
async function ask(method: 'GET' | 'POST', url: string, payload?: object, scope = 'operator') {
  tokens[scope] ??= await gateway.token(scope as 'operator');
  const headers = { 'x-vx11-token': tokens[scope] };
  return gateway.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
}
beforeAll(async () => {
  gateway = await startGateway({ deps: { madre: madre as never } });
  await gateway.store.services.saveCatalog(catalog([aService('manifestator')]), []);
  await beat(gateway.store);
  await gateway.store.patches.create(dsl, []);
});
afterAll(() => gateway.close());

const asked = { module_name: 'web', issue_description: 'by hand', severity: 'normal' };
const blocks = [{ target: 'web', operation: 'set', key: 'environment.MODE', value: 'calm' }];

test('while manifestator sleeps no patch is made, and the hint opens it', async () => {
  for (const [url, body] of [
    ['/manifestator/patch/create', asked],
    ['/manifestator/dsl/plan', { blocks }],
  ] as const)
    expect((await ask('POST', url, body)).json()).toMatchObject({
      status: 'ERROR',
      error: 'off_by_policy',
      hint: expect.stringContaining('vx11 open manifestator') as string,
    });
  expect(made).toEqual([]);
});

describe('while manifestator is awake', () => {
  beforeAll(async () => {
    const services = ['manifestator'];
    const window = view({ services, members: services, target: 'manifestator' });
    await gateway.store.windows.save(window, []);
    const lease = { window_id: window.window_id, host: 'box', service: 'manifestator' };
    const until = { deadline: Date.now() + 60_000, is_open: true };
    await gateway.store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
  });

  test('madre makes the patch, and its plan', async () => {
    const answer = await ask('POST', '/manifestator/patch/create', {
      ...asked,
      direction: 'adopt',
    });
    expect(answer.json()).toEqual(createdExample);
    expect(made.at(-1)).toMatchObject({
      module_name: 'web',
      direction: 'adopt',
      scope: 'operator',
    });
    const applied = await ask('POST', `/manifestator/patch/${dsl.patch_id}/apply`);
    expect(applied.json()).toEqual(appliedExample);
  });

  test('blocks of the older language become a patch that is simulated, applied and taken back', async () => {
    const planned = { dsl_id: dsl.patch_id, status: 'planned', test_result: change.tests };
    expect((await ask('POST', '/manifestator/dsl/plan', { blocks })).json()).toMatchObject(planned);
    expect(made.at(-1)).toMatchObject({ module_name: 'dsl', blocks });
    const of = (verb: string) => `/manifestator/dsl/${verb}/${dsl.patch_id}`;
    expect((await ask('POST', of('simulate'), undefined, 'viewer')).json()).toMatchObject(planned);
    expect((await ask('POST', `${of('apply')}?force=true`)).json()).toEqual(appliedExample);
    expect((await ask('POST', of('rollback'))).json()).toMatchObject({
      status: 'waiting',
      plan_id: planExample.plan_id,
    });
    expect((await ask('GET', of('audit'))).json()).toEqual(dsl);
    expect((await ask('GET', '/manifestator/dsl/plans')).json()).toMatchObject({ patches: [dsl] });
    const other = '/manifestator/dsl/audit/patch-00000000000000ff';
    expect((await ask('GET', other)).json()).toMatchObject({ error: 'patch_not_found' });
  });
});

test('patches are listed under their older names', async () => {
  for (const url of ['/manifestator/patches', '/patches'])
    expect((await ask('GET', url, undefined, 'viewer')).json()).toMatchObject({ patches: [dsl] });
});

describe('the older routes', () => {
  const evidence = (missing: string[], extra: string[]) => ({ drift_evidence: { missing, extra } });
  test.each([
    [[], [], 'low', true],
    [['a'], ['b'], 'mid', true],
    [['a', 'b'], ['c'], 'high', true],
    [['a'], ['a'], 'mid', false],
  ])('judge %j and %j as %s', async (missing, extra, risk, valid) =>
    expect(
      (await ask('POST', '/manifestator/validate', evidence(missing, extra), 'viewer')).json(),
    ).toMatchObject({ risk, valid, hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string }),
  );

  test('plan what is missing and extra, and specify a build that nobody runs', async () => {
    const body = evidence(['a', 'b'], ['c']);
    const plan = (await ask('POST', '/manifestator/patchplan', body)).json<{ actions: object[] }>();
    expect(plan).toMatchObject({ risk: 'mid', estimated_time_sec: 6 });
    const again = (await ask('POST', '/manifestator/patchplan', body)).json();
    expect(again).toEqual(plan);
    const spec = { module: 'a', patchplan: { actions: plan.actions } };
    expect((await ask('POST', '/manifestator/builder/spec', spec)).json()).toMatchObject({
      actions: [{ step: 1, executable: false }, { step: 2 }, { step: 3, type: 'remove' }],
      estimated_time: 11,
      risk: 'low',
    });
  });

  test('show the map of the rails', async () => {
    const map = (await ask('GET', '/manifestator/rails/map')).json<{ version: number }>();
    expect(map).toMatchObject({
      lanes: expect.any(Array) as string[],
      services: ['manifestator'],
    });
    expect(
      (await ask('GET', `/manifestator/rails/map?version=${map.version + 1}`)).statusCode,
    ).toBe(404);
    const refreshed = await ask('POST', '/manifestator/rails/refresh', undefined, 'admin');
    expect(refreshed.json()).toMatchObject({ changes: 0, new_version: map.version });
  });

  test('record what should be built only where that is switched on', async () => {
    const body = {
      intent_type: 'build',
      target_service: 'web',
      dockerfile_path: 'web/Dockerfile',
      build_context: 'web',
      reason: 'old',
    };
    const url = '/manifestator/builder/emit-intent';
    expect((await ask('POST', url, body)).statusCode).toBe(404);
    const on = await startGateway({ config: { emitIntent: true } });
    const headers = { 'x-vx11-token': await on.token('operator') };
    const answer = await on.inject({ method: 'POST', url, headers, payload: body });
    expect(answer.json()).toMatchObject({ status: 'pending', assigned_to: 'madre' });
    await on.close();
  });
});
