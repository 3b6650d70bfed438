import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TaskView } from '../../contracts/task.ts';
import { endedWithout, finished } from '../../domain/tasks/task.ts';
import { openStore } from '../../store/index.ts';
import { noon } from '../domain/samples.ts';
import { aTask } from '../domain/tasks/samples.ts';

test('callbacks of tasks from an older version are pending once the tasks have ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-callbacks-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'vx11.db');
  const before = await openStore(`sqlite:${file}`);
  const views: TaskView[] = [];
  for (const callback_url of ['http://one/', null]) {
    const { view, spec } = aTask({ callback_url });
    await before.tasks.create(view, spec, []);
    views.push(view);
  }
  await before.close();
  const db = new DatabaseSync(file);
  db.exec(`drop index spawns_calls_back; alter table spawns drop column calls_back;
    delete from migrations where name = '0009-callbacks'`);
  db.close();

  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  expect(await store.tasks.pendingCallbacks('box', 10)).toEqual([]);
  const end = endedWithout('lost', 'sandbox_lost', null);
  for (const { spawn_id } of views)
    await store.tasks.change(spawn_id, ({ view }) => ({
      view: finished(view, { end, artifacts: [], refused: [] }, noon),
      events: [],
    }));
  const ids = (await store.tasks.pendingCallbacks('box', 10)).map(({ spawn_id }) => spawn_id);
  expect(ids).toEqual([views[0]!.spawn_id]);
});
