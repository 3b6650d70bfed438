import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CallFault } from '../workers.ts';
import { startAudioWorkflows, type AudioSetup, type AudioWorkflowBench } from './audio-bench.ts';

let bench: AudioWorkflowBench;
beforeAll(async () => void (bench = await startAudioWorkflows(inject('temporalAddress'))));
afterAll(() => bench?.stop());

/** Runs a job. @returns its end, and what it did */
async function run(setup?: AudioSetup) {
  const job = await bench.start(setup);
  return { end: await job.handle.result(), ...job };
}

test('every phase is stored, then done, and the end has what was left', async () => {
  const { phases, calls, ends } = await run();
  expect(phases).toEqual(['probe', 'measure', 'describe', 'render', 'export']);
  expect(calls.filter((name) => name === 'storeAudioPhase')).toHaveLength(5);
  expect(ends).toEqual([{ ok: true, artifacts: ['master.wav'] }]);
});

// startAudio, then two calls for each of five phases, then the end
const faults = Array.from({ length: 12 }, (_, nth) => nth).flatMap((nth) =>
  (['before', 'after'] as const).map((when): [string, CallFault] => [
    `${nth} ${when} it acts`,
    { nth, when },
  ]),
);
test.concurrent.each(faults)('a call that fails, number %s, is made again', async (_, fault) => {
  const { ends } = await run({ fault });
  expect(ends.at(-1)).toMatchObject({ ok: true });
});

test('a job that cannot go on says why', async () => {
  const { ends } = await run({ failAt: 'render' });
  expect(ends).toEqual([{ ok: false, cancelled: false, cause: 'silent', detail: 'it is silent' }]);
});

test('a cancelled job ends as cancelled, and names who cancelled it', async () => {
  const { ends, phases } = await run({ cancelAt: 'measure' });
  expect(ends).toMatchObject([{ ok: false, cancelled: true, detail: 'ana cancelled it.' }]);
  expect(phases.at(-1)).toBe('measure');
});
