import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModelFailure } from '../../../activities/models/failure.ts';
import { createHub } from '../../../activities/models/hub.ts';
import { createHubClient } from '../../../activities/models/hub-client.ts';
import { resolveModel } from '../../../activities/models/resolve.ts';
import { ggufFile, startHub, type StandInHub } from './stand-in-hub.ts';

const bytes = ggufFile(1000);
const { signal } = new AbortController();
let hub: StandInHub;
beforeAll(async () => {
  hub = await startHub({
    'ana/one': { files: { 'README.md': Buffer.from('hi'), 'one.gguf': bytes, 'a.bin': bytes } },
    'ana/two': { files: { 'a.gguf': bytes, 'b.gguf': bytes }, license: 'apache-2.0' },
    'ana/parts': {
      files: { 'q/m-00001-of-00002.gguf': bytes, 'q/m-00002-of-00002.gguf': bytes },
    },
    'ana/half': { files: { 'm-00001-of-00002.gguf': bytes } },
    'eve/evil': { files: { '../../etc/evil.gguf': bytes } },
    'eve/pickle': { files: { 'model.bin': bytes, 'model.pt': bytes } },
  });
});
beforeEach(() => void (hub.mode = {}));
afterAll(() => hub.close());

const hubOf = () => createHub(createHubClient({ url: hub.url, token: null }));
const resolve = (model: string, file: string | null = null, revision = 'main') =>
  resolveModel(hubOf(), { source: 'hub', model, revision, file }, signal);
const failure = (work: Promise<unknown>): Promise<ModelFailure> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as ModelFailure,
  );

describe('a search', () => {
  test('has pages, and says what each repository has', async () => {
    const first = await hubOf().search({ query: 'ana/', limit: 2 }, signal);
    expect(first.models.map(({ repo }) => repo)).toEqual(['ana/one', 'ana/two']);
    expect(first.models[1]).toMatchObject({
      commit: hub.commit,
      gated: false,
      license: 'apache-2.0',
      downloads: 12,
      formats: ['gguf'],
      files: null,
    });
    const second = await hubOf().search({ query: 'ana/', cursor: first.next! }, signal);
    expect(second.models.map(({ repo }) => repo)).toEqual(['ana/parts', 'ana/half']);
    expect(second.next).toBeNull();
  });
  test('that the hub limits says how long to wait', async () => {
    hub.mode.refuse = { status: 429, headers: { ratelimit: '"api";r=0;t=7' }, times: 1 };
    const failed = await failure(hubOf().search({ query: 'x' }, signal));
    expect(failed).toMatchObject({ reason: 'rate_limited', retry: true, waitMs: 7000 });
  });
  test.each([500, 503])('to which the hub answers %d may be tried again', async (status) => {
    hub.mode.refuse = { status, times: 1 };
    const failed = await failure(hubOf().search({ query: 'x' }, signal));
    expect(failed).toMatchObject({ reason: 'hub_unavailable', retry: true });
  });
});

describe('a pull means', () => {
  test('the only model of a repository, at the commit of the branch', async () => {
    expect(await resolve('ana/one')).toMatchObject({
      repo: 'ana/one',
      commit: hub.commit,
      license: 'mit',
      files: [{ path: 'one.gguf', size_bytes: 1000 }],
    });
  });
  test.each([null, 'q/m-00001-of-00002.gguf', 'q/m-00002-of-00002.gguf'])(
    'all parts of a model, for the file %s',
    async (file) => {
      const { files } = await resolve('ana/parts', file);
      expect(files.map(({ path }) => path)).toEqual([
        'q/m-00001-of-00002.gguf',
        'q/m-00002-of-00002.gguf',
      ]);
    },
  );
  test.each<[string, string | null, string, string, RegExp]>([
    ['several models', null, 'ana/two', 'file_needed', /name a file: a\.gguf, b\.gguf/],
    ['a file that is not there', 'c.gguf', 'ana/two', 'model_not_found', /no file c\.gguf/],
    ['a part of its model', null, 'ana/half', 'model_not_found', /m-00002-of-00002/],
    ['a path that leaves its folder', null, 'eve/evil', 'unsafe_path', /\.\.\/\.\.\/etc/],
    ['pickles', null, 'eve/pickle', 'unsafe_type', /may hold code/],
    ['a pickle by name', 'a.bin', 'ana/one', 'unsafe_type', /may hold code/],
    ['no such repository', null, 'ana/nope', 'model_not_found', /no such repository/],
  ])('nothing for %s', async (_, file, model, reason, said) => {
    const failed = await failure(resolve(model, file));
    expect(failed).toMatchObject({ reason, retry: false });
    expect(failed.message).toMatch(said);
  });
  test('nothing for a revision that is not there', async () =>
    expect(await failure(resolve('ana/one', null, 'v9'))).toMatchObject({
      reason: 'model_not_found',
    }));
});

describe('the client goes nowhere else', () => {
  const strict = createHubClient({ url: 'https://127.0.0.1:9', token: 'secret' });
  test('than to its hub, for a page of a listing', async () => {
    const asked = strict.ask('https://other.example/api', { signal });
    expect(await failure(asked)).toMatchObject({ reason: 'hub_refused' });
  });
  test.each(['file:///etc/passwd', 'http://user@127.0.0.1/x'])('than to %s', async (location) => {
    hub.mode.location = location;
    const client = createHubClient({ url: hub.url, token: null });
    const asked = client.ask(`/ana/one/resolve/${hub.commit}/one.gguf`, { signal });
    expect(await failure(asked)).toMatchObject({ reason: 'hub_refused', retry: false });
  });
  test('than in a circle', async () => {
    hub.mode.location = `${hub.url}/ana/one/resolve/${hub.commit}/one.gguf`;
    const client = createHubClient({ url: hub.url, token: null });
    const asked = client.ask(`/ana/one/resolve/${hub.commit}/one.gguf`, { signal });
    expect((await failure(asked)).message).toMatch(/in a circle/);
  });
});
