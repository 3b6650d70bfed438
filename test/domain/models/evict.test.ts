import { describe, expect, test } from 'vitest';
import type { ModelView } from '../../../contracts/models.ts';
import { bytesOf, newModel, scoreNow, toEvict } from '../../../domain/models/evict.ts';
import { fits } from '../../../domain/models/room.ts';
import { register } from '../../../domain/models/register.ts';
import { queuedPull } from '../../../domain/models/pull.ts';
import { noon } from '../samples.ts';

const day = 24 * 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();
const file = (id: string, size_bytes: number) => ({
  path: `ana/${id}/c/m.gguf`,
  size_bytes,
  sha256: Buffer.from(id.padEnd(32, '.')).toString('hex').slice(0, 64),
});
const model = (id: string, size: number, change: Partial<ModelView> = {}): ModelView => ({
  ...newModel(
    {
      model_id: `model-${id}`,
      host: 'box',
      source: 'hub',
      name: `ana/${id}:m.gguf`,
      commit: 'c',
      license: null,
      files: [file(id, size)],
      pinned: false,
    },
    null,
    noon - 30 * day,
  ),
  ...change,
});
const used = (uses: number, daysAgo: number): Partial<ModelView> => ({
  use_score: uses,
  last_used_at: iso(noon - daysAgo * day),
});
const caps = { models: 3, bytes: 100 };
const victims = (models: ModelView[], size = 10, change: Partial<typeof caps> = {}) => {
  const around = { caps: { ...caps, ...change }, held: new Set<string>(), now: noon };
  const decided = toEvict(models, [file('new', size)], around);
  return decided.ok ? decided.victims.map(({ model_id }) => model_id.slice(6)) : decided.because;
};

describe('what leaves for a new model', () => {
  test('is nothing while there is room', () =>
    expect(victims([model('a', 10), model('b', 10)])).toEqual([]));
  test('is what was used least, a use of a week ago counting half', () => {
    expect(scoreNow(model('a', 1, used(8, 7)), noon)).toBeCloseTo(4);
    const models = [
      model('a', 10, used(8, 14)),
      model('b', 10, used(3, 0)),
      model('c', 10, used(9, 7)),
    ];
    expect(victims(models)).toEqual(['a']);
  });
  test('is then what was used longest ago, then the largest', () => {
    expect(victims([model('a', 10), model('b', 12), model('c', 11)])).toEqual(['b']);
    const old = iso(noon - 60 * day);
    expect(victims([model('a', 10), model('b', 12), model('c', 11, { created_at: old })])).toEqual([
      'c',
    ]);
  });
  test('is as many as the bytes need', () =>
    expect(victims([model('a', 45, used(1, 1)), model('b', 45, used(2, 1))], 60)).toEqual([
      'a',
      'b',
    ]));
  test.each<[string, Partial<ModelView>]>([
    ['pinned', { pinned: true }],
    ['loaded', { busy_until: iso(noon + 1) }],
  ])('is never what is %s', (why, change) => {
    expect(
      victims([model('a', 10, change), model('b', 10, used(9, 0))], 10, { models: 2 }),
    ).toEqual(['b']);
    expect(victims([model('a', 95, change)], 10)).toMatch(`ana/a:m.gguf (${why})`);
  });
  test('is never a model of Ollama, nor what leaves or is missing already', () => {
    const others = [
      model('a', 50, { source: 'ollama' }),
      model('b', 50, { status: 'removing' }),
      model('c', 50, { status: 'missing' }),
    ];
    expect(victims(others, 90)).toEqual([]);
  });
  test('is nothing for one that is larger than all of it', () =>
    expect(victims([], 101)).toMatch('larger than all of it'));
  test('counts the same bytes under two names once', () => {
    expect(bytesOf([file('a', 60), file('a', 60)])).toBe(60);
    const twins = [model('a', 60), { ...model('b', 60), files: [file('a', 60)] }];
    expect(victims(twins, 40)).toEqual([]);
  });
});

describe('registering', () => {
  const around = { caps: { models: 2, bytes: 100 }, live: [], now: noon };
  test('marks what leaves, and keeps what is known of a model that comes again', () => {
    const old = model('a', 10, { ...used(3, 1), pinned: true, status: 'missing' });
    const again = register([old, model('b', 10)], model('a', 10), around);
    expect(again).toMatchObject({
      ok: true,
      model: { status: 'ready', pinned: true, use_score: 3 },
      victims: [],
    });
    const other = register([model('a', 10), model('b', 10, used(1, 0))], model('c', 10), around);
    expect(other).toMatchObject({ victims: [{ model_id: 'model-a', status: 'removing' }] });
    expect(other.ok && other.files.map(({ path }) => path)).toEqual(
      ['c', 'b'].map((id) => file(id, 1).path),
    );
  });
  test('leaves a model alone of which another pull is under way', () => {
    const about = { job_id: 'pull-1', host: 'box', owner: 'ana', correlation_id: 'c', pin: false };
    const pull = { ...about, source: 'hub' as const, model: 'ana/a', revision: 'main', file: null };
    const live = [queuedPull(pull, noon)];
    const models = [model('a', 10), model('b', 10, used(5, 0))];
    expect(register(models, model('c', 10), { ...around, live })).toMatchObject({
      victims: [{ model_id: 'model-b' }],
    });
  });
});

test.each([
  [{ free: 100, size: 1000 }, 50, true],
  [{ free: 100, size: 1000 }, 51, false],
  [{ free: 2 * 1024 ** 3, size: 1024 ** 4 }, 1024 ** 3, true],
  [{ free: 2 * 1024 ** 3, size: 1024 ** 4 }, 1024 ** 3 + 1, false],
])('%j has room for %d bytes: %s', (disk, bytes, expected) =>
  expect(fits(disk, bytes)).toBe(expected),
);
