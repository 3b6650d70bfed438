import type { AudioPhase } from '../../contracts/audio.ts';
import type { AudioOutcome } from './audio-activities.ts';
import { readKept, writeWhole } from './kept.ts';
import { describe } from './phases/describe.ts';
import { exportJob, renderFile } from './phases/export.ts';
import { measure } from './phases/measure.ts';
import { probe } from './phases/probe.ts';
import { renderCompare } from './phases/render-compare.ts';
import { renderMaster } from './phases/render-master.ts';
import { renderMix } from './phases/render-mix.ts';
import type { PhaseWork } from './work.ts';

const renderers = { master: renderMaster, mix: renderMix, compare: renderCompare } as const;

/** Does one phase of a job; the last one returns what it leaves. */
export async function runPhase(work: PhaseWork, phase: AudioPhase): Promise<AudioOutcome | null> {
  const { kind } = work.request;
  if (phase === 'probe') await probe(work);
  else if (phase === 'measure') await measure(work);
  else if (phase === 'describe') await describe(work);
  else if (phase === 'export') return exportJob(work);
  else if (kind !== 'analyze' && (await readKept(renderFile(work))) === null)
    await writeWhole(renderFile(work), JSON.stringify(await renderers[kind](work)));
  return null;
}
