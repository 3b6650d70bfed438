import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CallFault } from '../workers.ts';
import { startDriftBench, type AuditSetup, type DriftBench } from './drift-bench.ts';

let bench: DriftBench;
beforeAll(async () => {
  bench = await startDriftBench(inject('temporalAddress'));
});
afterAll(() => bench?.stop());

/** Runs an audit. @returns its end, and the calls that it made */
async function audit(setup?: AuditSetup) {
  const { handle, ends, calls } = await bench.start(setup);
  const view = await handle.result();
  return { view, ends, calls };
}

test('facts are read and judged piece by piece, and all that was found is stored at once', async () => {
  const { view, calls, ends } = await audit({ pieces: 2 });
  expect(calls).toEqual(['readFacts', 'judgeFacts', 'readFacts', 'judgeFacts', 'endAudit']);
  expect(ends).toMatchObject([
    { ok: true, found: [{ kind: 'service_missing' }, { kind: 'service_missing' }] },
  ]);
  expect(view.status).toBe('done');
});

const faults = [0, 1, 2].flatMap((nth) =>
  (['before', 'after'] as const).flatMap((when) =>
    // the end is retried until it is stored, so that call can fail only once
    (nth === 2 ? [true] : [true, false]).map((retryable): [string, CallFault] => [
      `${nth} fails ${when} it acts, ${retryable ? 'once' : 'for good'}`,
      { nth, when, retryable },
    ]),
  ),
);
test.concurrent.each(faults)(
  'when call %s, the audit ends, and says what failed',
  async (_, fault) => {
    const { view, ends } = await audit({ fault });
    const isOver = fault.retryable === false;
    expect([ends.at(-1)!.ok, view.status]).toEqual(isOver ? [false, 'failed'] : [true, 'done']);
    if (isOver) expect(ends.at(-1)).toMatchObject({ detail: `call ${fault.nth} breaks` });
  },
);

test('a manifestator that takes no work ends the audit in time, and nothing is cleared', async () => {
  const { calls, ends } = await audit({ awake: false });
  expect(calls).toEqual(['readFacts', 'endAudit']);
  expect(ends).toMatchObject([{ ok: false, cause: 'manifestator_unavailable' }]);
}, 60_000);
