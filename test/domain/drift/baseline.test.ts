import { describe, expect, test } from 'vitest';
import { sinceBaseline, sinceStart } from '../../../domain/drift/baseline.ts';

const hour = 3_600_000;

describe('what no file declares', () => {
  test('is what is usual at the first look, and a change of it is shown for a day', () => {
    const first = sinceBaseline(null, { kernel: '5', engine: '20' }, 0);
    expect(first.changes).toEqual([]);
    const now = { kernel: '6', engine: '20', runtime: 'runc' };
    const changed = sinceBaseline(first.baseline, now, hour);
    expect(changed.changes).toEqual([
      { name: 'kernel', before: '5', after: '6' },
      { name: 'runtime', before: null, after: 'runc' },
    ]);
    expect(sinceBaseline(changed.baseline, now, 24 * hour).changes).toHaveLength(2);
    const usual = sinceBaseline(changed.baseline, now, 25 * hour);
    expect(usual.changes).toEqual([]);
    expect(sinceBaseline(usual.baseline, now, 26 * hour)).toEqual(usual);
  });
  test('is no change once it is back, and what goes is forgotten after a day', () => {
    const { baseline } = sinceBaseline(null, { a: '1' }, 0);
    const gone = sinceBaseline(baseline, {}, hour);
    expect(gone.changes).toEqual([{ name: 'a', before: '1', after: null }]);
    expect(sinceBaseline(gone.baseline, { a: '1' }, 2 * hour)).toEqual({ baseline, changes: [] });
    expect(sinceBaseline(gone.baseline, {}, 25 * hour)).toEqual({ baseline: {}, changes: [] });
  });
  test('is not known while nobody can look, and is what is usual when somebody first can', () => {
    const all = { now: () => true, before: () => true };
    const first = sinceBaseline(null, { a: '1' }, 0);
    const changed = sinceBaseline(first.baseline, { a: '2' }, hour);
    const blind = sinceBaseline(changed.baseline, {}, 2 * hour, { ...all, before: () => false });
    expect(blind).toEqual(changed);
    const again = sinceBaseline(blind.baseline, { a: '2', b: '1' }, 3 * hour, {
      ...all,
      now: () => false,
    });
    expect(again.changes).toEqual(changed.changes);
    expect(again.baseline).toMatchObject({ b: { value: '1' } });
  });
  test('is shown for a day from its last change', () => {
    const { baseline } = sinceBaseline(null, { a: '1' }, 0);
    const second = sinceBaseline(baseline, { a: '2' }, hour);
    const third = sinceBaseline(second.baseline, { a: '3' }, 20 * hour);
    expect(sinceBaseline(third.baseline, { a: '3' }, 30 * hour).changes).toEqual([
      { name: 'a', before: '1', after: '3' },
    ]);
  });
});

describe('a mounted file', () => {
  const first = { run: 'c1 t1', hash: 'h1', modified: false };
  test('changed if its content is not what its container started with', () => {
    const { read, changed } = sinceStart(null, first);
    expect(changed).toBe(false);
    expect(sinceStart(read, { ...first, hash: 'h2', modified: true }).changed).toBe(true);
    // touched, or written back
    expect(sinceStart(read, { ...first, modified: true }).changed).toBe(false);
  });
  test('changed if it was written after the start and before anybody looked', () => {
    expect(sinceStart(null, { ...first, modified: true }).changed).toBe(true);
  });
  test('is as it should be after a restart', () => {
    const { read } = sinceStart(null, first);
    expect(sinceStart(read, { run: 'c1 t2', hash: 'h2', modified: false }).changed).toBe(false);
  });
});
