import { expect, onTestFinished, test } from 'vitest';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../fixture.ts';
import { startWake, wakeRule } from './fixture.ts';

const event = (type: 'service.started' | 'service.stopped' | 'catalog.read', service?: string) => ({
  type,
  at: Date.now(),
  actor: 'madre',
  host: 'box',
  ...(service !== undefined && { service }),
});

async function listen(port: number, query = '') {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const answer = await fetch(`http://127.0.0.1:${port}/api/events${query}`, {
    signal: stop.signal,
  });
  let text = '';
  const reader = (async () => {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  reader.catch(() => undefined); // aborted
  return { answer, text: () => text };
}

test('the stream says in Sablier’s form what starts and stops, of what requests may wake', async () => {
  const wake = await startWake();
  const { answer, text } = await listen(wake.port);
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  await wake.store.services.observe([], [event('service.started', 'web')], Date.now());
  await wake.store.services.observe([], [event('service.started', 'secret')], Date.now());
  await wake.store.services.observe([], [event('service.stopped', 'web')], Date.now());
  await expect.poll(text).toMatch(/event:stopped/);
  const [started = '', stopped = ''] = text().split('\n\n');
  expect(started).toMatch(/^event:started\ndata:\{"name":"web",.*"status":"ready"/);
  expect(stopped).toMatch(/^event:stopped\ndata:\{"name":"web",.*"status":"stopped"/);
  expect(text()).not.toContain('secret');
});

test('services that come and go with the compose file are created, updated and removed', async () => {
  const wake = await startWake();
  const { text } = await listen(wake.port);
  const updated = aService('web', { wake: wakeRule({ ttl_ms: 1000 }) });
  const created = aService('film', { wake: wakeRule({ container: 'film' }) });
  await wake.store.services.saveCatalog(catalog([updated, created]), [event('catalog.read')]);
  await expect.poll(text).toMatch(/event:removed/);
  const said = text().split('\n\n').filter(Boolean);
  expect(said.map((block) => /^event:(\w+)\ndata:\{"name":"(\w+)"/.exec(block)!.slice(1))).toEqual([
    ['updated', 'web'],
    ['created', 'film'],
    ['removed', 'db'],
  ]);
});

test('a reader gets only the types that it names, and there is room for sixteen', async () => {
  const wake = await startWake();
  const { text } = await listen(wake.port, '?types=stopped&types=removed');
  await wake.store.services.observe([], [event('service.started', 'web')], Date.now());
  await wake.store.services.observe([], [event('service.stopped', 'web')], Date.now());
  await expect.poll(text).toMatch(/event:stopped/);
  expect(text()).not.toContain('event:started');
  for (let nth = 1; nth < 16; nth += 1) await listen(wake.port);
  expect((await wake.get('/api/events')).status).toBe(503);
});
