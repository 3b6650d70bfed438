import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CallFault } from '../workers.ts';
import { startProgramsBench, type ProgramsBench, type ScanSetup } from './programs-bench.ts';

let bench: ProgramsBench;
beforeAll(async () => {
  bench = await startProgramsBench(inject('temporalAddress'));
});
afterAll(() => bench?.stop());

/** Runs a scan. @returns its end, and the calls that it made */
async function scan(setup?: ScanSetup) {
  const { handle, ends, calls } = await bench.start(setup);
  const view = await handle.result();
  return { view, ends, calls };
}

test('what is found is stored before anything is asked, and what is asked before the end', async () => {
  const { view, calls, ends } = await scan();
  expect(calls).toEqual(['findPrograms', 'storeFound', 'askPrograms', 'endScan']);
  expect(ends).toEqual([{ ok: true, asked: 1 }]);
  expect(view.status).toBe('done');
});

test('nobody is asked if every version is known', async () => {
  const { calls, ends } = await scan({ ask: [] });
  expect(calls).toEqual(['findPrograms', 'storeFound', 'endScan']);
  expect(ends).toEqual([{ ok: true, asked: 0 }]);
});

/** The end of a scan is retried until it is stored, so that call can fail only once. */
const faults = [0, 1, 2, 3].flatMap((nth) =>
  (['before', 'after'] as const).flatMap((when) =>
    (nth === 3 ? [true] : [true, false]).map((retryable): [string, CallFault] => [
      `${nth} fails ${when} it acts, ${retryable ? 'once' : 'for good'}`,
      { nth, when, retryable },
    ]),
  ),
);

test.concurrent.each(faults)(
  'when call %s, the scan ends, and says what failed',
  async (_, fault) => {
    const { view, ends } = await scan({ fault });
    const end = ends.at(-1)!;
    // asking is not repeated: it would take as long again
    const isOver = fault.nth < 3 && (fault.retryable === false || fault.nth === 2);
    expect([end.ok, view.status]).toEqual(isOver ? [false, 'failed'] : [true, 'done']);
    const why = { cause: 'interrupted', detail: `call ${fault.nth} breaks` };
    expect(end).toMatchObject(isOver ? why : { asked: 1 });
  },
);

test('a hermes that takes no work ends the scan in time, and nothing is stored', async () => {
  const { calls, ends } = await scan({ awake: false });
  expect(calls).toEqual(['endScan']);
  expect(ends).toMatchObject([{ ok: false, cause: 'hermes_unavailable' }]);
}, 60_000);
