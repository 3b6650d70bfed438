import { beforeAll, describe, expect, test } from 'vitest';
import type { HubModel } from '../../../../contracts/model-files.ts';
import type { ModelView } from '../../../../contracts/models.ts';
import { newModel } from '../../../../domain/models/evict.ts';
import { endedPull, queuedPull } from '../../../../domain/models/pull.ts';
import type { Store } from '../../../../store/index.ts';
import { noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

const model = (id: string, host: string): ModelView => {
  const about = { model_id: `model-${id}`, host, source: 'hub' as const, name: `ana/${id}` };
  const more = { commit: null, license: null, files: [], pinned: false };
  return newModel({ ...about, ...more }, null, noon);
};
const hubModel = (repo: string, seen: number): HubModel => ({
  repo,
  commit: 'c',
  gated: false,
  license: null,
  downloads: null,
  likes: null,
  formats: [],
  files: null,
  seen_at: new Date(noon + seen).toISOString(),
});
const pull = (job_id: string) => {
  const about = { job_id, host: 'm-box', owner: 'ana', correlation_id: 'c-1', pin: false };
  const what = { source: 'hub' as const, model: 'ana/x', revision: 'main', file: null };
  return queuedPull({ ...about, ...what }, noon);
};

export function describeModels(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('models', () => {
    test('of a host are changed in one step, and found by host and status', async () => {
      const [a, b] = [model('0000000a', 'm-box'), model('0000000b', 'm-box')];
      const add = (...save: ModelView[]) =>
        store.models.change(save[0]!.host, () => ({ change: { save, events: [] }, result: null }));
      await add(b, a);
      await add(model('0000000c', 'm-other'));
      const seen = await other.models.change('m-box', (models) => ({
        change: {
          save: [{ ...a, status: 'missing' }],
          forget: [b.model_id],
          events: [],
        },
        result: models.map(({ model_id }) => model_id),
      }));
      expect(seen).toEqual([a.model_id, b.model_id]);
      expect(await store.models.list({ host: 'm-box' })).toEqual([{ ...a, status: 'missing' }]);
      expect(await store.models.list({ host: 'm-box', status: 'ready' })).toEqual([]);
      expect(await store.models.find(b.model_id)).toBeNull();
    });
    test('are not changed if nothing was decided, and changes at the same time see each other', async () => {
      const same = model('0000000d', 'm-count');
      const count = (one: Store) =>
        one.models.change('m-count', ([known = same]) => ({
          change: { save: [{ ...known, use_score: known.use_score + 1 }], events: [] },
          result: null,
        }));
      await Promise.all([count(store), count(other), count(store), count(other)]);
      await store.models.change('m-count', () => ({ change: null, result: null }));
      expect(await other.models.find(same.model_id)).toMatchObject({ use_score: 4 });
    });
  });

  test('a pull that has ended begins again as its next attempt, and one that runs is shared', async () => {
    const ask = (one: Store) => one.models.pulls.ask(pull('pull-0000000a'), 'token-1');
    const asked = await Promise.all([ask(store), ask(other)]);
    expect(asked.filter(({ created }) => created)).toHaveLength(1);
    await store.models.pulls.change('pull-0000000a', (now) => ({
      view: endedPull(now, { ok: false, cause: 'lost', detail: '' }, noon),
      events: [],
    }));
    const again = await Promise.all([ask(store), ask(other)]);
    expect(again.map(({ view }) => view.attempt)).toEqual([2, 2]);
    expect(again.filter(({ created }) => created)).toHaveLength(1);
    expect(await other.models.pulls.ownerOf('pull-0000000a')).toEqual({
      name: 'ana',
      principal: 'token-1',
    });
  });

  test('repositories are found by a part of their name, newest first, and the oldest are forgotten', async () => {
    const many = Array.from({ length: 501 }, (_, nth) => hubModel(`m/r${nth}`, nth));
    await store.models.hub.save(many);
    await store.models.hub.save([hubModel('m/r7', 900)]);
    const found = (await other.models.hub.list('M/R')).map(({ repo }) => repo);
    expect(found.slice(0, 2)).toEqual(['m/r7', 'm/r500']);
    expect(found).toHaveLength(500);
    expect(found).not.toContain('m/r0');
  });
}
