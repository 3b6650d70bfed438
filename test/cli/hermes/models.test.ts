import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ModelPull, SearchAnswer } from '../../../contracts/models.ts';
import {
  cancelledBy,
  endedPull,
  pullAt,
  queuedPull,
  type PullEnd,
} from '../../../domain/models/pull.ts';
import { hubModelExample, modelExample } from '../../../gateway/models/examples.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aService } from '../../domain/samples.ts';
import {
  adminToken,
  beat,
  catalog,
  startGateway,
  view,
  type Gateway,
} from '../../gateway/fixture.ts';
import { vx11 } from '../fixture.ts';

let gateway: Gateway;
let url: string;
let end: PullEnd;
let found: SearchAnswer;
beforeAll(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    // every pull ends at once
    async startPull({ job_id }: ModelPull) {
      const change = { status: 'downloading', bytes: 5, total_bytes: 10 } as const;
      await gateway.store.models.pulls.change(job_id, (now) => ({
        view: endedPull(pullAt(now, change, Date.now()), end, Date.now()),
        events: [],
      }));
    },
    async cancelPull(id: string, { actor }: { actor: string }) {
      await gateway.store.models.pulls.change(id, (now) => ({
        view: endedPull(now, cancelledBy(actor), Date.now()),
        events: [],
      }));
    },
    searchModels: async () => found,
    breaker: 'closed' as const,
  };
  gateway = await startGateway({ deps: { temporal } });
  await gateway.store.services.saveCatalog(catalog([aService('hermes')]), []);
  await beat(gateway.store);
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(() => {
  end = { ok: true, model_id: modelExample.model_id, bytes: 98_362_432 };
  found = { status: 'DONE', models: [hubModelExample], next: null, error: null, hint: null };
});
afterAll(() => gateway.close());

const run = (...line: string[]) =>
  vx11(['models', ...line], { VX11_URL: url, VX11_TOKEN: adminToken });

test('without models, it says how to get one', async () =>
  expect((await run()).out).toBe(
    'There are no models yet: vx11 open hermes --ttl 30m, then vx11 models pull OWNER/NAME',
  ));

test('while hermes sleeps, a pull and a search say how to open it', async () => {
  for (const line of [
    ['pull', 'ana/tiny'],
    ['search', 'tiny'],
  ]) {
    const { code, err } = await run(...line);
    expect({ code, said: err.includes('off_by_policy: hermes is asleep. Open it:') }).toEqual({
      code: 3,
      said: true,
    });
  }
  const window = view({ services: ['hermes'], members: ['hermes'] });
  await gateway.store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'hermes', is_open: true };
  await gateway.store.leases.reserve(window.window_id, [{ ...lease, deadline: null }], 1);
});

test('a pull is followed to its end', async () => {
  const { code, out, err } = await run('pull', 'ana/tiny', 'tiny.gguf', '--pin');
  expect({ code, out }).toEqual({ code: 0, out: `${modelExample.model_id} is ready: 93.8 MB` });
  expect(err).toMatch(/^pull-\w+ pulls ana\/tiny to box$/m);
});

test('a pull is cancelled, and what has ended stays as it is', async () => {
  const pull = queuedPull(
    {
      job_id: 'pull-00000000000000aa',
      host: 'box',
      owner: 'ana',
      correlation_id: 'desk-4',
      source: 'hub',
      model: 'ana/long',
      revision: 'main',
      file: null,
      pin: false,
    },
    Date.now(),
  );
  await gateway.store.models.pulls.ask(pull, null);
  expect(await run('cancel', pull.job_id)).toMatchObject({
    code: 0,
    out: `${pull.job_id} ends; nothing is registered`,
  });
  expect(await run('cancel', pull.job_id)).toMatchObject({
    code: 0,
    out: `${pull.job_id} had ended: failed`,
  });
});

test('a pull that failed says why', async () => {
  end = { ok: false, cause: 'disk_full', detail: 'make room' };
  const { code, err } = await run('pull', 'ana/other');
  expect({ code, said: err.includes('disk_full: make room') }).toEqual({ code: 1, said: true });
});

test('a pull that is only started shows where it is', async () =>
  expect((await run('pull', 'ana/third', '--no-wait')).out).toBe('ana/third: queued'));

test('a search lists models, or the files of one', async () => {
  expect((await run('search', 'smollm2')).out).toMatch(
    /^ana\/smollm2-gguf +gguf +apache-2\.0 +120/m,
  );
  const file = { path: 'a.gguf', size_bytes: 2048, sha256: null, git_id: 'x', problem: null };
  const bad = { ...file, path: 'a.bin', problem: 'unsafe_type' };
  found = { ...found, models: [{ ...hubModelExample, files: [file, bad] }] };
  const { out } = await run('search', '--files', 'ana/tiny');
  expect(out).toMatch(/^a\.gguf +2\.0 KB +may be$/m);
  expect(out).toMatch(/^a\.bin +2\.0 KB +unsafe_type$/m);
  found = { ...found, status: 'ERROR', error: 'gated', hint: 'ask for it' };
  expect((await run('search', 'x')).err).toContain('gated: ask for it');
});

test('models are listed, and removed', async () => {
  await gateway.store.models.change('box', () => ({
    change: { save: [modelExample], events: [] },
    result: null,
  }));
  expect((await run()).out).toMatch(
    /^model-\w+ +ana\/smollm2-gguf:\S+ +gguf +93\.8 MB +ready +box$/m,
  );
  const removed = await run('remove', modelExample.model_id);
  expect(removed.out).toBe(`${modelExample.name} is out of use; 93.8 MB go`);
  expect((await run('remove', 'model-00000000')).code).not.toBe(0);
});
