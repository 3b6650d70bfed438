import { expect, onTestFinished, test } from 'vitest';
import type { Store } from '../../../store/index.ts';
import { endedWithout, finished } from '../../../domain/tasks/task.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import { adminToken, startListening, type ListeningGateway } from '../fixture.ts';

const readers = 20;

/** A gateway that counts its queries to the store about tasks. */
async function countingGateway() {
  const asked = { find: 0, after: 0, progress: 0 };
  const count =
    <Args extends unknown[], T>(what: keyof typeof asked, method: (...args: Args) => T) =>
    (...args: Args): T => {
      asked[what] += 1;
      return method(...args);
    };
  let counting: Store | null = null;
  const store = (): Store => {
    const { tasks, taskOutput } = gateway.store;
    const { after, progress } = taskOutput;
    return (counting ??= {
      ...gateway.store,
      tasks: { ...tasks, find: count('find', tasks.find) },
      taskOutput: {
        ...taskOutput,
        after: count('after', after),
        progress: count('progress', progress),
      },
    });
  };
  const config = { maxStreams: readers };
  const gateway: ListeningGateway = await startListening({ config, deps: { store } });
  onTestFinished(() => gateway.close());
  return { gateway, asked };
}

test('a commit of another process costs one query per round for all readers of logs together', async () => {
  const { gateway, asked } = await countingGateway();
  const { tasks: stored, taskOutput, events } = gateway.store;
  const tasks = [aTask({}, Date.now()), aTask({}, Date.now())];
  for (const { view, spec } of tasks) await stored.create(view, spec, []);
  const [quiet, loud] = tasks.map(({ view }) => view.spawn_id) as [string, string];
  const read = async (id: string) => {
    const headers = { 'x-vx11-token': adminToken };
    const answer = await fetch(`${gateway.base}/vx11/spawn/${id}/logs`, { headers });
    return answer.body!.pipeThrough(new TextDecoderStream());
  };
  const quietLogs = await Promise.all(Array.from({ length: readers - 1 }, () => read(quiet)));
  const loudLog = (await read(loud)).getReader();
  await expect.poll(() => asked.after).toBeGreaterThanOrEqual(readers);
  await new Promise((resolve) => setTimeout(resolve, 100));
  asked.after = asked.find = asked.progress = 0;

  const from = performance.now();
  for (let nth = 0; nth < 100; nth += 1) {
    await events.append([{ type: 'window.open', at: 0, actor: 'test', payload: {} }]);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const rounds = (performance.now() - from) / 20;
  expect(asked).toMatchObject({ after: 0, find: 0 });
  expect(asked.progress).toBeGreaterThan(0);
  expect(asked.progress).toBeLessThan(rounds + 2);

  const bytes = Buffer.from('loud');
  const piece = { attempt: 1, seq: 1, stream: 'stdout', at: Date.now(), start: 0, bytes } as const;
  await taskOutput.append(loud, { attempt: 1, add: [piece], drop: [] });
  for (let text = ''; !text.includes('"loud"');) text += (await loudLog.read()).value ?? '';
  expect(asked).toMatchObject({ after: 1, find: 0 });

  for (const id of [quiet, loud]) {
    const end = { end: endedWithout('lost', 'sandbox_lost', null), artifacts: [], refused: [] };
    await stored.change(id, ({ view }) => ({ view: finished(view, end, Date.now()), events: [] }));
  }
  for (const log of quietLogs)
    expect(await new Response(log.pipeThrough(new TextEncoderStream())).text()).toContain(
      'event: end',
    );
  await loudLog.cancel();
});
