import { expect, onTestFinished, test } from 'vitest';
import { createSettleLoop } from '../../activities/power/settle-loop.ts';
import { aService } from '../domain/samples.ts';
import { until } from '../stack/wait.ts';
import { powerBench } from './power-bench.ts';

/** A host on which a window holds these services, and its settle loop at work. */
async function settled(...names: string[]) {
  const bench = await powerBench(names.map((name) => aService(name)));
  await bench.lease('window-00000000000000a1', names);
  const loop = createSettleLoop(
    bench.power,
    async () => undefined,
    () => undefined,
  );
  onTestFinished(() => loop.stop());
  await loop.start();
  return bench;
}

test('a service that falls again comes back when its pause is over, not at the round after that', async () => {
  const { engine } = await settled('web');
  const starts = () => engine.calls.filter((call) => call === 'start demo-web-1').length;
  const up = (times: number) => until('it is up', async () => starts() === times);
  await up(1);
  engine.fall(engine.of('web')[0]!);
  await up(2);
  const fell = Date.now();
  engine.fall(engine.of('web')[0]!);
  await up(3);
  const { started_at } = engine.of('web')[0]!.facts;
  expect(started_at! - fell).toBeGreaterThanOrEqual(1000);
  expect(started_at! - fell).toBeLessThan(3000); // a pause of 1 s; a round comes every 4 s
});

test('a guard that goes blind is told in the event log, and to whoever asks how this host is', async () => {
  const { power, engine, store } = await powerBench([aService('web')]);
  const sights = ['blind', null, 'seeing'] as const;
  let round = 0;
  power.guard.confirm = async () => sights[round++] ?? null;
  let news = 0;
  const loop = createSettleLoop(
    power,
    async () => undefined,
    () => void (news += 1),
  );
  onTestFinished(() => loop.stop());
  await loop.start();
  engine.make('web');
  await until('it sees', async () => {
    loop.nudge();
    return news === 2;
  });
  const events = (await store.events.after(0, 100)).map(({ type }) => type);
  expect(events.filter((type) => type.startsWith('guard.'))).toEqual([
    'guard.blind',
    'guard.seeing',
  ]);
});
