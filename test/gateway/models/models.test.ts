import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  CatalogAnswer,
  ModelListAnswer,
  ModelPull,
  PullAnswer,
  SearchAnswer,
} from '../../../contracts/models.ts';
import { endedPull } from '../../../domain/models/pull.ts';
import { hubModelExample, modelExample } from '../../../gateway/models/examples.ts';
import { WorkflowGone } from '../../../gateway/temporal/not-taken.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aService } from '../../domain/samples.ts';
import { adminToken, beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

const found: SearchAnswer = {
  status: 'DONE',
  models: [hubModelExample],
  next: null,
  error: null,
  hint: null,
};
let gateway: Gateway;
let started: ModelPull[];
let isAway: boolean;
let cancelled: string[];
let isGone: boolean;
const away = connectTemporal('127.0.0.1:1', 'default');
const temporal = {
  ...away,
  async startPull(pull: ModelPull, call: { limitMs: number }) {
    if (isAway) return away.startPull(pull, call);
    started.push(pull);
  },
  async cancelPull(id: string) {
    if (isGone) throw new WorkflowGone(new Error('not found'));
    cancelled.push(id);
  },
  searchModels: async () => found,
  breaker: 'closed' as const,
};
beforeEach(async () => {
  started = [];
  isAway = false;
  cancelled = [];
  isGone = false;
  gateway = await startGateway({ deps: { temporal } });
  await gateway.store.services.saveCatalog(catalog([aService('hermes')]), []);
  await beat(gateway.store);
});
afterEach(() => gateway.close());

const wake = async (): Promise<void> => {
  const window = view({ services: ['hermes'], members: ['hermes'], target: 'hermes' });
  await gateway.store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'hermes', is_open: true };
  const until = { deadline: Date.now() + 60_000 };
  await gateway.store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
};
const call = async (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: object,
  more: Record<string, string> = {},
) => {
  const headers = { 'x-vx11-token': await gateway.token('operator'), ...more };
  return gateway.inject({ method, url, headers, ...(payload && { payload }) });
};
const pull = async (payload: object, more?: Record<string, string>) =>
  (await call('POST', '/vx11/hermes/models/pull', payload, more)).json<PullAnswer>();

describe('a pull', () => {
  test('is stored before its workflow starts, and can be looked at', async () => {
    await wake();
    const { status, job } = await pull({ model: 'ana/tiny' }, { 'x-correlation-id': 'desk-9' });
    expect(status).toBe('QUEUED');
    expect(job).toMatchObject({
      host: 'box',
      owner: 'a operator',
      correlation_id: 'desk-9',
      source: 'hub',
      model: 'ana/tiny',
      revision: 'main',
      file: null,
      status: 'queued',
      attempt: 1,
    });
    expect(started).toEqual([job]);
    expect((await call('GET', `/hermes/job/${job!.job_id}`)).json()).toEqual(job);
    const { pulls } = (await call('GET', '/hermes/models')).json<ModelListAnswer>();
    expect(pulls).toEqual([job]);
  });
  test('is shared by all requests for the same model, and begins again after its end', async () => {
    await wake();
    const first = (await pull({ model: 'ana/tiny' })).job!;
    const same = (await pull({ model: 'ana/tiny', revision: 'main' })).job!;
    const other = (await pull({ model: 'ana/tiny', file: 'b.gguf' })).job!;
    expect([same.job_id === first.job_id, other.job_id === first.job_id]).toEqual([true, false]);
    await gateway.store.models.pulls.change(first.job_id, (now) => ({
      view: endedPull(now, { ok: false, cause: 'disk_full', detail: '' }, Date.now()),
      events: [],
    }));
    const again = (await pull({ model: 'ana/tiny' })).job!;
    expect(again).toMatchObject({
      job_id: first.job_id,
      attempt: 2,
      status: 'queued',
      cause: null,
    });
  });
  test('while hermes sleeps is refused with the call that opens it', async () => {
    expect(await pull({ model: 'ana/tiny' }, { 'idempotency-key': 'k' })).toMatchObject({
      status: 'ERROR',
      job: null,
      error: 'off_by_policy',
      hint: expect.stringMatching(/vx11 open hermes/) as string,
    });
    await wake();
    expect((await pull({ model: 'ana/tiny' }, { 'idempotency-key': 'k' })).status).toBe('QUEUED');
  });
  test('without HERMES_ALLOW_DOWNLOAD is forbidden', async () => {
    const off = await startGateway({ deps: { temporal }, config: { allowDownload: false } });
    await beat(off.store);
    const headers = { 'x-vx11-token': await off.token('operator') };
    const payload = { model: 'ana/tiny' };
    const answer = await off.inject({
      method: 'POST',
      url: '/hermes/models/pull',
      headers,
      payload,
    });
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([
      403,
      'download_disabled',
    ]);
    await off.close();
  });
  test('whose workflow cannot be started has failed', async () => {
    await wake();
    isAway = true;
    expect((await call('POST', '/hermes/models/pull', { model: 'ana/tiny' })).statusCode).toBe(503);
    const { pulls } = (await call('GET', '/hermes/models')).json<ModelListAnswer>();
    expect(pulls).toEqual([]);
  });
  test('is cancelled by its owner or an admin, and by nobody else', async () => {
    await wake();
    const own = { 'x-vx11-token': await gateway.token('operator') };
    const { job_id } = (await pull({ model: 'ana/tiny' }, own)).job!;
    const cancel = (headers?: Record<string, string>) =>
      call('DELETE', `/vx11/hermes/job/${job_id}`, undefined, headers);
    expect((await cancel()).statusCode).toBe(404);
    expect(cancelled).toEqual([]);
    const answer = await cancel({ 'x-vx11-token': adminToken });
    expect([answer.statusCode, answer.json<ModelPull>().job_id]).toEqual([202, job_id]);
    expect((await cancel(own)).statusCode).toBe(202);
    expect(cancelled).toEqual([job_id, job_id]);
  });
  test('that has no workflow is ended where it is stored, once', async () => {
    await wake();
    const own = { 'x-vx11-token': await gateway.token('operator') };
    const { job_id } = (await pull({ model: 'ana/tiny' }, own)).job!;
    isGone = true;
    for (let times = 0; times < 2; times += 1) {
      const answer = await call('DELETE', `/hermes/job/${job_id}`, undefined, own);
      expect(answer.statusCode).toBe(202);
    }
    expect((await call('GET', `/hermes/job/${job_id}`)).json()).toMatchObject({
      status: 'failed',
      cause: 'cancelled',
      detail: expect.stringMatching(/^a operator cancelled it/) as string,
    });
    const events = await gateway.store.events.after(0, 100);
    expect(events.filter(({ type }) => type === 'model.failed')).toHaveLength(1);
  });
  test.each([
    { model: '../etc/passwd' },
    { model: 'ana/tiny', file: '../../x.gguf' },
    { model: 'ana/tiny', file: '/etc/x.gguf' },
    { model: 'ana/tiny', file: 'a/.ssh/x.gguf' },
    { model: 'ana/tiny', revision: '../../main' },
    { model: 'https://evil.example/x' },
    { model: 'smollm2:135m' },
    { model: 'smollm2:135m', source: 'ollama', file: 'a.gguf' },
    { model: 'ana/tiny', allow_pickle: true },
  ])('is refused for %j', async (body) => {
    await wake();
    expect((await call('POST', '/hermes/models/pull', body)).statusCode).toBe(422);
  });
  test('of Ollama takes its names', async () => {
    await wake();
    const { job } = await pull({ model: 'smollm2:135m', source: 'ollama' });
    expect(job).toMatchObject({ source: 'ollama', model: 'smollm2:135m' });
  });
});

describe('a search', () => {
  test('answers with what the hub has, and sleeping hermes is asked nothing', async () => {
    const asleep = await call('POST', '/hermes/models/search', { query: 'tiny' });
    expect(asleep.json<SearchAnswer>()).toMatchObject({ error: 'off_by_policy', models: [] });
    await wake();
    const answer = await call('POST', '/vx11/hermes/models/search', { query: 'tiny' });
    expect(answer.json<SearchAnswer>()).toEqual(found);
  });
  test('is remembered in the catalog, with the files of the same commit', async () => {
    const files = [{ path: 'a.gguf', size_bytes: 1, sha256: null, git_id: 'x', problem: null }];
    await gateway.store.models.hub.save([{ ...hubModelExample, files }]);
    await gateway.store.models.hub.save([{ ...hubModelExample, likes: 4 }]);
    const get = async (query: string) =>
      (await call('GET', `/vx11/hermes/catalog${query}`)).json<CatalogAnswer>().models;
    expect(await get('?query=SMOLLM2')).toEqual([{ ...hubModelExample, likes: 4, files }]);
    expect(await get('?query=other')).toEqual([]);
  });
});

describe('a model', () => {
  const seed = (change: object = {}) =>
    gateway.store.models.change('box', () => ({
      change: { save: [{ ...modelExample, ...change }], events: [] },
      result: null,
    }));
  const path = `/hermes/models/${modelExample.model_id}`;
  test('is shown also while hermes sleeps, by host and status', async () => {
    await seed();
    expect((await call('GET', path)).json()).toEqual(modelExample);
    const list = async (query: string) =>
      (await call('GET', `/hermes/models?${query}`)).json<ModelListAnswer>().models.length;
    expect([await list('host=box'), await list('host=nas'), await list('status=missing')]).toEqual([
      1, 0, 0,
    ]);
  });
  test('that is deleted is out of use at once, pinned or not, and the log says who did it', async () => {
    await seed({ pinned: true });
    for (let times = 0; times < 2; times += 1)
      expect((await call('DELETE', path)).json()).toMatchObject({ status: 'removing' });
    const events = await gateway.store.events.after(0, 100);
    const deleted = events.filter(({ type }) => type === 'model.deleted');
    expect(deleted).toMatchObject([{ actor: 'a operator', host: 'box' }]);
  });
  test('that a server has loaded is not deleted', async () => {
    await seed({ busy_until: new Date(Date.now() + 60_000).toISOString() });
    const answer = await call('DELETE', path);
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([
      409,
      'model_in_use',
    ]);
  });
  test.each([
    ['GET', path, 'model_not_found'],
    ['DELETE', path, 'model_not_found'],
    ['GET', '/hermes/job/pull-00000000', 'pull_not_found'],
    ['DELETE', '/hermes/job/pull-00000000', 'pull_not_found'],
  ] as const)('that is not known: %s %s', async (method, url, error) => {
    const answer = await call(method, url);
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([404, error]);
  });
});
