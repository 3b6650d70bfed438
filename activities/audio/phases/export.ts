import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AudioReport } from '../../../contracts/audio-report.ts';
import { notInProject } from '../../../domain/audio/reaper/effects.ts';
import { reportOf } from '../../../domain/audio/report.ts';
import { drawWaveform, waveformPalette } from '../../../domain/audio/waveform-picture.ts';
import type { AudioOutcome } from '../audio-activities.ts';
import { forgetOld, readKept, writeWhole } from '../kept.ts';
import { pngOf } from '../png.ts';
import type { PhaseWork } from '../work.ts';
import { describe } from './describe.ts';
import { measure, type MeasuredFile } from './measure.ts';
import { probe } from './probe.ts';
import { writeProject } from './project-files.ts';
import { outFolder, type Rendered } from './rendered.ts';
import { bringSpectrogram } from './spectrogram.ts';

/** Shows a later try that everything is there. */
const outcomeFile = '.outcome.json';

export const renderFile = ({ folders, job_id }: Pick<PhaseWork, 'folders' | 'job_id'>): string =>
  join(folders.work(job_id), 'render.json');

/** Writes everything that a job leaves into one folder, which appears whole; its parts may be written again. */
export async function exportJob(work: PhaseWork): Promise<AudioOutcome> {
  const { folders, job_id, request } = work;
  const left = folders.job(job_id);
  const known = await readKept<AudioOutcome>(join(left, outcomeFile));
  if (known !== null) return known;
  const files = await measure(work);
  const rendered = await readKept<Rendered>(renderFile(work));
  const out = outFolder(work);
  await mkdir(out, { recursive: true });
  const isOne = request.kind === 'analyze' || request.kind === 'master';
  const described = isOne ? await describe(work) : null;
  const about = rendered?.measured ?? (isOne ? files[0]! : null);
  const report = about === null ? null : wholeReport(work, about, described, rendered);
  for (const [name, text] of Object.entries(rendered?.texts ?? {}))
    await writeWhole(join(out, name), text);
  if (about !== null && report !== null) {
    await writeWhole(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    await writeWaveform(out, about, report);
    if (isOne && request.depth !== 'quick')
      await bringSpectrogram(work, (await probe(work))[0]!, out);
  }
  await writeProject(work, files, report, rendered);
  const outcome: AudioOutcome = { report, artifacts: await filesBelow(out) };
  await writeWhole(join(out, outcomeFile), JSON.stringify(outcome));
  await mkdir(dirname(left), { recursive: true });
  await rename(out, left);
  await rm(folders.work(job_id), { recursive: true, force: true });
  await forgetOld(folders.cache);
  return outcome;
}

function wholeReport(
  { engine, request: { metadata } }: PhaseWork,
  { measured }: MeasuredFile,
  described: Parameters<typeof reportOf>[1],
  rendered: Rendered | null,
): AudioReport {
  const report = {
    ...reportOf(measured, described, engine.tools),
    ...(metadata !== undefined && { metadata }),
  };
  if (rendered === null) return report;
  const { master, chain, issues } = rendered;
  const not_in_project = notInProject(chain);
  return { ...report, master, chain, not_in_project, issues: [...report.issues, ...issues] };
}

async function writeWaveform(
  out: string,
  { columns, measured }: MeasuredFile,
  { issues }: AudioReport,
): Promise<void> {
  const { seconds } = measured.source;
  const ranges = issues.filter(({ kind }) => kind !== 'silence').flatMap((one) => one.ranges);
  const picture = drawWaveform(columns, ranges, seconds);
  await writeWhole(join(out, 'waveform.png'), pngOf({ ...picture, palette: waveformPalette }));
  const rounded = columns.map(({ low, high }) => [low, high].map((one) => Number(one.toFixed(4))));
  await writeWhole(join(out, 'peaks.json'), JSON.stringify({ seconds, peaks: rounded }));
}

/** The paths of all files below a folder, in order. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((path) => path !== outcomeFile)
    .toSorted();
}
