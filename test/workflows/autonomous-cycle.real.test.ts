import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  advice,
  startAutonomyBench,
  type AutonomyBench,
  type FakeMadre,
} from './autonomy-bench.ts';

let bench: AutonomyBench;
beforeAll(async () => void (bench = await startAutonomyBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());

const run = async (change: Partial<FakeMadre> = {}) => {
  const { madre, handle } = await bench.cycle(change);
  return { madre, result: await handle.result() };
};

test('a round that observes no change asks no model and does nothing', async () => {
  const { madre, result } = await run({ round: { running: true, changed: false } });
  expect(result).toBeNull();
  expect(madre.calls).toEqual(['observe']);
});

test('a round decides by rules, or by the model if that chooses something possible', async () => {
  const alone = await run();
  expect(alone.madre.carried).toMatchObject([{ by: 'rules', choice: { key: 'lane:db_sanity' } }]);
  expect(alone.result).toMatchObject({ plan_id: 'plan-00000001' });
  const advised = await run({ reasoning: advice('lane:fs_drift') });
  expect(advised.madre.carried).toMatchObject([{ by: 'llm', choice: { key: 'lane:fs_drift' } }]);
  const lied = await run({ reasoning: advice('lane:nobody') });
  expect(lied.madre.carried).toMatchObject([{ by: 'rules', choice: { key: 'lane:db_sanity' } }]);
});

test.each(['observe', 'reason', 'carryOut'] as const)(
  'a round whose %s fails once still completes, and decides once',
  async (name) => {
    const { madre, result } = await run({ failures: { [name]: 1 } });
    expect(result).toMatchObject({ plan_id: 'plan-00000001' });
    expect(madre.carried).toHaveLength(1);
    expect(madre.calls.filter((call) => call === name)).toHaveLength(2);
  },
);

test('a model that fails for good leaves the decision to the rules', async () => {
  const { madre } = await run({ failures: { reason: 9 } });
  expect(madre.carried).toMatchObject([{ by: 'rules', reasoning: null }]);
});
