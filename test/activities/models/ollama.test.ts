import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelFailure } from '../../../activities/models/failure.ts';
import { createOllama } from '../../../activities/models/ollama.ts';

let server: Server;
let url: string;
let lines: object[];
let asked: string[];
let deletes: number;
const { signal } = new AbortController();
beforeEach(async () => {
  asked = [];
  deletes = 200;
  lines = [
    { status: 'pulling manifest' },
    { status: 'pulling a', digest: 'sha256:a', total: 100, completed: 40 },
    { status: 'pulling a', digest: 'sha256:a', total: 100, completed: 100 },
    { status: 'pulling b', digest: 'sha256:b', total: 20, completed: 20 },
    { status: 'success' },
  ];
  // the first line of a pull, its last line and everything between come in one answer, as Ollama sends them
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'DELETE') response.writeHead(deletes).end();
    else if (request.url === '/api/tags')
      response.end(
        JSON.stringify({ models: [{ name: 'tiny:latest', digest: 'd1', size: 120, extra: 1 }] }),
      );
    else response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((done) => server.close(done)));

const seen: number[] = [];
const pull = (model = 'tiny', most = 1000) =>
  createOllama(url).pull(model, most, (bytes) => seen.push(bytes), signal);
const failure = (work: Promise<unknown>): Promise<ModelFailure> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as ModelFailure,
  );

describe('a pull through Ollama', () => {
  test('ends with the model as Ollama has it, and says how far it is', async () => {
    expect(await pull()).toMatchObject({
      name: 'tiny:latest',
      commit: 'd1',
      files: [],
      size_bytes: 120,
    });
    expect(seen).toEqual([40, 100, 120]);
  });
  test.each<[string, object, string, boolean]>([
    [
      'an error line inside 200',
      { error: 'pull model manifest: file does not exist' },
      'model_not_found',
      false,
    ],
    ['another error line', { error: 'no space left on device' }, 'ollama_refused', false],
    ['no last word', { status: 'verifying' }, 'cut_short', true],
  ])('fails on %s', async (_, last, reason, retry) => {
    lines.splice(-1, 1, last);
    expect(await failure(pull())).toMatchObject({ reason, retry });
  });
  test('fails for a model that is too large, before it is there', async () => {
    expect(await failure(pull('tiny', 99))).toMatchObject({ reason: 'model_too_large' });
    expect(asked).toEqual(['POST /api/pull']);
  });
  test('fails if Ollama does not list it afterwards', async () =>
    expect(await failure(pull('other'))).toMatchObject({ reason: 'ollama_refused' }));
});

test('a model that is gone already counts as removed', async () => {
  deletes = 404;
  await createOllama(url).remove('tiny');
  deletes = 500;
  expect(await failure(createOllama(url).remove('tiny'))).toMatchObject({
    reason: 'ollama_refused',
  });
});

test.each([null, 'http://127.0.0.1:1'])('an Ollama at %s is unavailable', async (where) =>
  expect(await failure(createOllama(where).remove('tiny'))).toMatchObject({
    reason: 'ollama_unavailable',
    retry: where !== null,
  }),
);
