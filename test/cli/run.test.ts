import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { endedWithout, finished, running } from '../../domain/tasks/task.ts';
import { anAttempt } from '../domain/tasks/samples.ts';
import { adminToken } from '../gateway/fixture.ts';
import { startTaskGateway } from '../gateway/tasks/task-fixture.ts';
import { until } from '../stack/wait.ts';
import { vx11 } from './fixture.ts';

/** A task started with `vx11 run` on a gateway that accepts no log readers. */
async function aRun({ asAdmin = true } = {}) {
  const gateway = await startTaskGateway({ config: { maxStreams: 0 } });
  await gateway.open();
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const secret = asAdmin ? adminToken : await gateway.token('operator');
  const interrupt = new AbortController();
  onTestFinished(() => interrupt.abort());
  const output = { out: '', err: '' };
  const ended = vx11(
    ['run', '--no-stdin', '--', 'echo', 'hi'],
    { VX11_URL: url, VX11_TOKEN: secret },
    { output, signal: interrupt.signal },
  );
  await until('it is started', async () => gateway.started.length === 1);
  const { spawn_id } = gateway.started[0]!;
  const { tasks, taskOutput } = gateway.store;
  return { gateway, spawn_id, ended, output, interrupt, tasks, taskOutput };
}
type Run = Awaited<ReturnType<typeof aRun>>;

const say = async ({ tasks, taskOutput, spawn_id }: Run, text: string): Promise<void> => {
  await tasks.change(spawn_id, ({ view }) => ({
    view: running(view, 1, Date.now()),
    attempt: anAttempt(),
    events: [],
  }));
  const bytes = Buffer.from(text);
  const piece = { attempt: 1, seq: 1, stream: 'stdout', at: Date.now(), start: 0, bytes } as const;
  await taskOutput.append(spawn_id, { attempt: 1, add: [piece], drop: [] });
};
const end = ({ tasks, spawn_id }: Run, exit_code: number) =>
  tasks.change(spawn_id, ({ view }) => {
    const how = { ...endedWithout('completed', 'exit', null), exit_code };
    return {
      view: finished(view, { end: how, artifacts: [], refused: [] }, Date.now()),
      attempt: anAttempt({
        state: 'completed',
        exit_code,
        finished_at: new Date().toISOString(),
      }),
      events: [],
    };
  });

test('when the gateway has no room for a log reader, run waits for the task and prints its result', async () => {
  const run = await aRun();
  await say(run, 'hi\n');
  await end(run, 7);
  expect(await run.ended).toEqual({ code: 7, out: 'hi', err: '' });
});

test('Ctrl-C cancels a task whose log is refused', async () => {
  const run = await aRun();
  await say(run, 'hi\n');
  await sleep(300); // by then the log has been refused
  run.interrupt.abort();
  setTimeout(() => void end(run, 0), 50);
  expect(await run.ended).toMatchObject({ code: 130, err: `${run.spawn_id} was cancelled.` });
  expect(run.gateway.ended.map(([id]) => id)).toEqual([run.spawn_id]);
});

test('an error that ends the following names the task and the command that follows it', async () => {
  const run = await aRun({ asAdmin: false });
  const [token] = await run.gateway.store.tokens.list();
  await run.gateway.store.tokens.revoke(token!.token_id, Date.now(), []);
  const { code, err } = await run.ended;
  expect(code).toBe(3);
  expect(err).toContain('[forbidden]');
  expect(err).toContain(`vx11 logs ${run.spawn_id}`);
});
