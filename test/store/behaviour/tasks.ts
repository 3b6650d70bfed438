import { beforeAll, describe, expect, test } from 'vitest';
import type { TaskView } from '../../../contracts/task.ts';
import { endedWithout, finished, running } from '../../../domain/tasks/task.ts';
import type { Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { anAttempt, aTask } from '../../domain/tasks/samples.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeTasks(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  const add = async (change: Partial<TaskView> = {}, at = noon): Promise<TaskView> => {
    const { view, spec } = aTask(change, at);
    await store.tasks.create(view, spec, []);
    return view;
  };
  const end = (id: string, at = noon) =>
    store.tasks.change(id, ({ view }) => ({
      view: finished(
        view,
        {
          end: { ...endedWithout('completed', 'exit', null), exit_code: 0 },
          artifacts: [],
          refused: [],
        },
        at,
      ),
      events: [],
    }));

  describe('tasks', () => {
    test('a task is written once; writing it again returns it', async () => {
      const { view, spec } = aTask();
      expect((await store.tasks.create(view, spec, [])).kind).toBe('created');
      expect(await other.tasks.create(view, spec, [])).toEqual({ kind: 'known', view });
      expect(await other.tasks.record(view.spawn_id)).toEqual({
        view,
        spec,
        ending: null,
        attempts: [],
      });
    });

    test('code, files and environment are removed when the task has ended', async () => {
      const { spawn_id } = await add();
      await end(spawn_id);
      const record = await store.tasks.record(spawn_id);
      expect(record?.spec).toBeNull();
      expect(record?.view).toMatchObject({ state: 'completed', status: 'DONE' });
    });

    test('a decision sees the result of the previous one, of any process', async () => {
      const { spawn_id } = await add();
      const begin = (by: Store) =>
        by.tasks.change(spawn_id, ({ view, attempts }) =>
          attempts.length > 0
            ? null
            : { view: running(view, 1, noon), attempt: anAttempt(), events: [] },
        );
      const outcomes = await Promise.all([begin(store), begin(other), begin(store), begin(other)]);
      expect(outcomes.filter((outcome) => outcome?.changed === true)).toHaveLength(1);
      expect((await store.tasks.record(spawn_id))?.attempts).toEqual([anAttempt()]);
    });

    test('a task is found by its id, its uuid, and the beginning of either', async () => {
      const hex = 'abcd0123456789ab';
      const spawn_uuid = 'abcd0123-4567-89ab-8000-0000000000ff';
      const view = await add({ spawn_id: `spawn-${hex}`, spawn_uuid });
      for (const key of [
        `spawn-${hex}`,
        spawn_uuid,
        'abcd',
        'spawn-abcd01',
        'abcd01234567',
        'abcd0123-45',
        'spawn-abcd0123456789',
        'abcd0123-4567-89ab-8000-00',
      ]) {
        expect(await other.tasks.lookUp(key), key).toEqual({ kind: 'one', view });
      }
      const twin = await add({
        spawn_id: 'spawn-abcd0123456789cc',
        spawn_uuid: 'abcd0123-4567-89cc-8000-0000000000ff',
      });
      expect(await store.tasks.lookUp('abcd0123-4567-89')).toEqual({
        kind: 'several',
        ids: [view.spawn_id, twin.spawn_id],
      });
      expect(await store.tasks.lookUp('spawn-abcd0123456789cc')).toMatchObject({ kind: 'one' });
      expect(await store.tasks.lookUp('ffff%')).toEqual({ kind: 'none' });
      expect(await store.tasks.lookUp('spawn-0f0f0f0f')).toEqual({ kind: 'none' });
    });

    test('a child needs a parent that is not ending', async () => {
      const orphan = aTask({ parent_id: 'spawn-ffffffffffffffff' });
      expect(await store.tasks.create(orphan.view, orphan.spec, [])).toEqual({
        kind: 'no_parent',
      });
      const parent = await add();
      await store.tasks.requestEnd(parent.spawn_id, { reason: 'cancelled', by: 'ada', at: noon });
      const late = aTask({ parent_id: parent.spawn_id });
      expect(await store.tasks.create(late.view, late.spec, [])).toEqual({ kind: 'parent_ends' });
    });

    test('cancelling a task cancels all its descendants, also those of children that have ended', async () => {
      const parent = await add();
      const child = await add({ parent_id: parent.spawn_id });
      const grandchild = await add({ parent_id: child.spawn_id });
      const done = await add({ parent_id: child.spawn_id });
      await end(done.spawn_id);
      await end(child.spawn_id);
      const ending = { reason: 'cancelled', by: 'ada', at: noon } as const;
      const live = await store.tasks.requestEnd(parent.spawn_id, ending);
      expect(live).toEqual([parent.spawn_id, grandchild.spawn_id]);
      const ids = [parent.spawn_id, child.spawn_id, grandchild.spawn_id, done.spawn_id];
      expect(await other.tasks.endings(ids)).toEqual(
        new Map([
          [parent.spawn_id, ending],
          [grandchild.spawn_id, ending],
        ]),
      );
      expect(await other.tasks.endedAmong(ids)).toEqual(
        expect.arrayContaining([child.spawn_id, done.spawn_id]),
      );
      const later = { reason: 'window_closed', by: 'madre', at: noon + 1 } as const;
      await store.tasks.requestEnd(parent.spawn_id, later);
      expect((await store.tasks.record(parent.spawn_id))?.ending).toEqual(ending);
    });

    test('a task that ends for another reason than a cancellation ends alone: its children may run elsewhere', async () => {
      const parent = await add();
      const child = await add({ parent_id: parent.spawn_id, host: 'nas' });
      const ids = [parent.spawn_id, child.spawn_id];
      const ending = { reason: 'window_closed', by: 'madre', at: noon } as const;
      expect(await store.tasks.requestEnd(parent.spawn_id, ending)).toEqual([parent.spawn_id]);
      expect(await other.tasks.endings(ids)).toEqual(new Map([[parent.spawn_id, ending]]));
    });

    test('an attempt is over once its own record has an end', async () => {
      const attempts = [];
      for (const finished_at of [null, new Date(noon).toISOString()]) {
        const { spawn_id } = await add();
        for (const attempt of [anAttempt({ finished_at }), anAttempt({ attempt: 2 })])
          await store.tasks.change(spawn_id, ({ view }) => ({ view, attempt, events: [] }));
        attempts.push({ spawn_id, attempt: 1 }, { spawn_id, attempt: 2 }, { spawn_id, attempt: 3 });
      }
      expect(await other.tasks.finishedAmong(attempts)).toEqual([attempts[3]]);
      expect(await other.tasks.finishedAmong([])).toEqual([]);
      const many = Array.from({ length: 2500 }, (_, nth) => ({
        spawn_id: `no-${nth}`,
        attempt: 1,
      }));
      const found = await other.tasks.finishedAmong([...many, ...attempts]);
      expect(found).toEqual([attempts[3]]);
    });

    test('a callback is pending from the end of the task until its delivery, on the host of the task', async () => {
      const host = 'callback-host';
      const views = [];
      for (const callback_url of ['http://one/', null, 'http://two/', 'http://three/'])
        views.push(await add({ host, callback_url }));
      const [first, none, second] = views;
      await end(second!.spawn_id, noon - 1000);
      await end(first!.spawn_id);
      await end(none!.spawn_id);
      const pending = async (where: string, limit: number) =>
        (await other.tasks.pendingCallbacks(where, limit)).map(({ spawn_id }) => spawn_id);
      expect(await pending(host, 10)).toEqual([second!.spawn_id, first!.spawn_id]);
      expect(await pending(host, 1)).toEqual([second!.spawn_id]);
      expect(await pending('nobody', 10)).toEqual([]);
      await store.tasks.callbackDelivered(second!.spawn_id);
      expect(await pending(host, 10)).toEqual([first!.spawn_id]);
    });

    test('tasks are listed newest first, in pages, by filter', async () => {
      const user_id = 'lister';
      const views: TaskView[] = [];
      for (let at = 0; at < 5; at += 1) views.push(await add({ user_id }, noon + 1000 * at));
      await end(views[4]!.spawn_id);
      const first = await store.tasks.list({ user_id, limit: 3 });
      expect(first.spawns.map(({ spawn_id }) => spawn_id)).toEqual(
        [4, 3, 2].map((at) => views[at]!.spawn_id),
      );
      const rest = await store.tasks.list({ user_id, limit: 3, cursor: first.next_cursor! });
      expect(rest.spawns).toHaveLength(2);
      expect(rest.next_cursor).toBeNull();
      const ended = await store.tasks.list({ user_id, state: 'completed', limit: 9 });
      expect(ended.spawns).toHaveLength(1);
      const live = (await store.tasks.live()).filter(({ view }) => view.user_id === user_id);
      expect(live.map(({ view }) => view.spawn_id)).toEqual(
        [0, 1, 2, 3].map((at) => views[at]!.spawn_id),
      );
    });

    test('old tasks are removed with all their output', async () => {
      const { spawn_id } = await add({}, noon - 10_000);
      const bytes = new TextEncoder().encode('hi');
      const chunk = { attempt: 1, seq: 1, stream: 'stdout', at: noon, start: 0, bytes } as const;
      await store.taskOutput.append(spawn_id, { attempt: 1, add: [chunk], drop: [] });
      await end(spawn_id, noon - 9000);
      expect(await store.tasks.knownAmong([spawn_id, 'spawn-0'])).toEqual([spawn_id]);
      expect(await store.tasks.forget(noon - 8000, 10)).toBe(1);
      expect(await store.tasks.knownAmong([spawn_id])).toEqual([]);
      expect(await store.tasks.find(spawn_id)).toBeNull();
      expect(await store.taskOutput.ofAttempt(spawn_id, 1)).toEqual([]);
      expect(await store.tasks.forget(noon - 8000, 10)).toBe(0);
    });
  });

  describe('output of tasks', () => {
    const chunk = (seq: number, text: string, start: number, attempt = 1) => ({
      attempt,
      seq,
      stream: 'stdout' as const,
      at: noon + seq,
      start,
      bytes: Buffer.from(text),
    });
    const said = (chunks: { bytes: Uint8Array }[]) =>
      chunks.map(({ bytes }) => Buffer.from(bytes).toString());

    test('is read in order from any place, over all attempts', async () => {
      const { spawn_id } = await add();
      const append = (attempt: number, ...texts: string[]) =>
        store.taskOutput.append(spawn_id, {
          attempt,
          add: texts.map((text, at) => chunk(at + 1, text, at, attempt)),
          drop: [],
        });
      await append(1, 'a', 'b');
      await append(2, 'c', 'd');
      expect(said(await other.taskOutput.after(spawn_id, { attempt: 0, seq: 0 }, 10))).toEqual([
        'a',
        'b',
        'c',
        'd',
      ]);
      expect(said(await other.taskOutput.after(spawn_id, { attempt: 1, seq: 1 }, 2))).toEqual([
        'b',
        'c',
      ]);
      expect(said(await other.taskOutput.ofAttempt(spawn_id, 2))).toEqual(['c', 'd']);
      const silent = await add();
      const ids = [spawn_id, silent.spawn_id, 'spawn-0000'];
      const newest = (await other.taskOutput.after(spawn_id, { attempt: 0, seq: 0 }, 10)).at(-1)!;
      expect(await other.taskOutput.progress(ids)).toEqual(
        new Map([
          [spawn_id, { state: 'queued', attempt: 2, seq: newest.seq }],
          [silent.spawn_id, { state: 'queued', attempt: 0, seq: 0 }],
        ]),
      );
      expect(await other.taskOutput.progress([])).toEqual(new Map());
    });

    test('takes and drops thousands of pieces at once, and stores a repeated piece once', async () => {
      const { spawn_id } = await add();
      const many = Array.from({ length: 6000 }, (_, at) => chunk(at + 1, `${at} `, at));
      await store.taskOutput.append(spawn_id, { attempt: 1, add: many, drop: [] });
      const again = many.map((one) => ({ ...one, bytes: Buffer.from('other') }));
      await store.taskOutput.append(spawn_id, { attempt: 1, add: again, drop: [] });
      const kept = await other.taskOutput.ofAttempt(spawn_id, 1);
      expect(said(kept).join('')).toBe(said(many).join(''));
      const drop = many.slice(1).map(({ seq }) => seq);
      await store.taskOutput.append(spawn_id, { attempt: 1, add: [], drop });
      expect(said(await other.taskOutput.ofAttempt(spawn_id, 1))).toEqual(['0 ']);
    });

    test('keeps any bytes unchanged, and dropped pieces are gone', async () => {
      const { spawn_id } = await add();
      const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
      const one = { ...chunk(1, '', 0), bytes };
      await store.taskOutput.append(spawn_id, { attempt: 1, add: [one], drop: [] });
      const [back] = await other.taskOutput.ofAttempt(spawn_id, 1);
      expect(new Uint8Array(back!.bytes)).toEqual(bytes);
      await store.taskOutput.append(spawn_id, {
        attempt: 1,
        add: [chunk(2, 'x', 256)],
        drop: [1],
      });
      expect(said(await store.taskOutput.ofAttempt(spawn_id, 1))).toEqual(['x']);
    });
  });
}
