import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { capFetch } from '../../../../activities/providers/fetch.ts';
import type {
  CatalogProvider,
  LiveCatalog,
} from '../../../../activities/routing/catalog/catalog.ts';
import { listLimits } from '../../../../activities/routing/catalog/list/ask.ts';
import { load } from './load.ts';
import { says, startListServer, type Answers, type ListServer } from './list-server.ts';

let good: ListServer;
let bad: ListServer;
beforeEach(async () => {
  good = await startListServer({ '*': says({ data: [{ id: 'fine', context_length: 8192 }] }) });
  bad = await startListServer({});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([good.close(), bad.close()]);
});

const open = (file?: () => string): Promise<LiveCatalog> =>
  load({ BAD_KEY: 'sk-Secret' }, '', {
    fetch: capFetch(listLimits),
    readFile: () =>
      Promise.resolve(
        file?.() ??
          `providers:
  - { id: bad, base_url: '${bad.url}/v1', key_env: BAD_KEY }
  - { id: good, base_url: '${good.url}/v1' }`,
      ),
  });

const listOf = (live: LiveCatalog, id: string): CatalogProvider['list'] =>
  live.current().providers.find((one) => one.id === id)!.list;

const trickles = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data":[');
};

test.each<[string, Answers['*'], string]>([
  ['a refused key', says({ error: 'key sk-Secret is wrong' }, 401), 'it answered 401'],
  ['an error', says('oops', 503), 'it answered 503'],
  ['a page', says('<html>welcome</html>'), 'its answer is not JSON'],
  ['another form', says({ models: 3 }), 'its answer is no list of models'],
  ['null', says(null), 'its answer is no list of models'],
  ['an empty list', says({ data: [] }), 'its list has no chat model'],
  [
    'rows that are no models',
    says({ data: [1, 'x', null, { id: 7 }, { id: 'two words' }, { id: 'x'.repeat(999) }] }),
    'its list has no chat model',
  ],
  [
    'a redirect',
    (response) => response.writeHead(302, { location: good.url }).end(),
    'it answered 302',
  ],
  [
    'too many models',
    says({ data: Array.from({ length: 2001 }, (_, at) => ({ id: `m${at}` })) }),
    'it lists more than 2,000 models',
  ],
  [
    'a broken connection',
    (response) => response.destroy(),
    'it could not be reached (UND_ERR_SOCKET)',
  ],
  [
    'an endless answer',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('['.repeat(9 * 1024 * 1024));
    },
    'its list is too long',
  ],
])('a provider that answers with %s costs only itself', async (_, answer, why) => {
  bad.answers['*'] = answer!;
  const live = await open();
  await live.refresh();
  expect(listOf(live, 'bad')).toMatchObject({ state: 'failed', why });
  expect(listOf(live, 'good')).toMatchObject({ state: 'ok', models: 1 });
  expect([...live.current().models.keys()]).toEqual(['good/fine']);
  expect(JSON.stringify(live.current())).not.toContain('Secret');
});

test.each([
  ['never answers', () => undefined],
  ['stops in the middle', trickles],
])('a provider that %s holds up no other, and ends at its deadline', async (_, answer) => {
  // the deadline, without its wait
  const deadline = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    expect(ms).toBe(10_000);
    return deadline.signal;
  });
  bad.answers['*'] = answer;
  const live = await open();
  const refreshed = live.refresh();
  await vi.waitFor(() => expect(listOf(live, 'good')).toMatchObject({ state: 'ok' }), 5000);
  await vi.waitFor(() => expect(bad.asked).toHaveLength(1), 5000);
  expect(listOf(live, 'bad')).toEqual({ state: 'never' });
  deadline.abort(new DOMException('late', 'TimeoutError'));
  await refreshed;
  expect(listOf(live, 'bad')).toMatchObject({ state: 'failed', why: 'it did not answer in time' });
});

test('wrong numbers are left out, and the rest of a row is taken', async () => {
  const odd = {
    id: 'odd',
    context_length: -5,
    max_model_len: 'long',
    top_provider: 'no',
    pricing: { prompt: '9e9', completion: 'x' },
    supported_parameters: 'all',
  };
  bad.answers['*'] = says({ data: [odd, odd] });
  const live = await open();
  await live.refresh();
  const models = [...live.current().models.values()].filter(({ provider }) => provider === 'bad');
  expect(models).toHaveLength(1);
  expect(models[0]!.target).toMatchObject({
    context: null,
    max_output: null,
    price: null,
    can: [],
  });
});

test('pages without an end are read for a while', async () => {
  let page = 0;
  bad.answers['*'] = (response) => {
    page += 1;
    says({ models: [{ name: `models/g${page}` }], nextPageToken: `t${page}` })(response);
  };
  const live = await open(() => `providers: [{ id: bad, kind: gemini, base_url: '${bad.url}' }]`);
  await live.refresh();
  expect(bad.asked).toHaveLength(10);
  expect(listOf(live, 'bad')).toMatchObject({ state: 'ok', models: 10 });
});

test('what was listed stays when asking fails later', async () => {
  bad.answers['*'] = says({ data: [{ id: 'once' }] });
  const live = await open();
  await live.refresh();
  bad.answers['*'] = says('', 500);
  await live.refresh();
  expect(listOf(live, 'bad')).toMatchObject({ state: 'failed', why: 'it answered 500' });
  expect(live.current().models.has('bad/once')).toBe(true);
});

test('the caller says who is asked, such as only what is awake', async () => {
  const live = await open();
  await live.refresh(({ id }) => id === 'good');
  expect(bad.asked).toEqual([]);
  expect(listOf(live, 'bad')).toEqual({ state: 'never' });
  expect(listOf(live, 'good')).toMatchObject({ state: 'ok' });
});

test('two refreshes at the same time are one', async () => {
  const live = await open();
  await Promise.all([live.refresh(), live.refresh()]);
  expect(good.asked).toHaveLength(1);
  await live.refresh();
  expect(good.asked).toHaveLength(2);
});

test('a change of the file is taken up; a broken file leaves the last usable one', async () => {
  let text = `providers: [{ id: good, base_url: '${good.url}/v1' }]`;
  const live = await open(() => text);
  await live.refresh();
  const before = live.current();
  text = `providers: [{ id: good, base_url: '${good.url}/v1', tags: [locl] }]`;
  await live.refresh();
  expect(live.current()).toMatchObject({ version: before.version, targets: before.targets });
  expect(live.current().notes).toEqual([
    expect.stringContaining('providers[0].tags[0] must be one of'),
  ]);
  text = `providers: [{ id: good, base_url: '${good.url}/v1', tags: [local] }]`;
  await live.refresh();
  expect(live.current().notes).toEqual([]);
  expect(live.current().targets[0]).toMatchObject({ id: 'good/fine', data: 'local' });
  expect(before.targets[0]).toMatchObject({ data: 'any' });
});

test('models of another address are forgotten', async () => {
  let url = good.url;
  const live = await open(() => `providers: [{ id: good, base_url: '${url}/v1' }]`);
  await live.refresh();
  expect(live.current().models.has('good/fine')).toBe(true);
  url = bad.url;
  await live.refresh();
  expect(live.current().targets).toEqual([]);
});

test('a service whose models nobody listed is noted, until its own list is known', async () => {
  const live = await open(
    () => `providers: [{ id: good, base_url: '${good.url}/v1', service: smol, tags: [local] }]`,
  );
  expect(live.current().notes).toEqual([
    'good has no models until smol is awake: list them in VX11_PROVIDERS_FILE.',
  ]);
  await live.refresh();
  expect(live.current().notes).toEqual([]);
});
