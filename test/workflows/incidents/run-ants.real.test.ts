import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { seen, startAntsBench, type AntsBench } from './ants-bench.ts';

let bench: AntsBench;
beforeAll(async () => void (bench = await startAntsBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());

describe('a round of ants', () => {
  test('asks hormiguero only for what it alone can see', async () => {
    const inside = await bench.start();
    expect(await inside.handle.result()).toEqual([seen('disk')]);
    expect(inside.judged).toEqual([]);
    const outside = await bench.start({ outside: true });
    expect(await outside.handle.result()).toEqual([seen('disk'), seen('certs')]);
    expect(outside.judged).toEqual([[{ address: 'web:443', expires_at: 1 }]]);
  });

  test('ends as a look that failed if hormiguero does not answer', async () => {
    const away = await bench.start({ outside: true, awake: false });
    expect(await away.handle.result()).toEqual([seen('disk'), seen('certs')]);
    expect(away.judged).toEqual([null]);
  });

  test.each([0, 1, 2])(
    'whose call %i fails is not repeated: the next round looks again',
    async (nth) => {
      const round = await bench.start({ outside: true, fault: { nth, when: 'before' } });
      await round.handle.result().catch(() => undefined);
      expect(round.calls.length).toBeLessThanOrEqual(3);
      expect((await round.handle.describe()).status.name).toBe(nth === 1 ? 'COMPLETED' : 'FAILED');
    },
  );
});
