import { join } from 'node:path';
import { openInput } from '../input-file.ts';
import { readKept, writeWhole } from '../kept.ts';
import { probeFile, type ProbedFile } from '../probed-file.ts';
import type { PhaseWork } from '../work.ts';

const fileOf = ({ folders, job_id }: PhaseWork): string => join(folders.work(job_id), 'probe.json');

/** Reads the headers of all files of a job, and remembers which files they are: the later phases take no others. */
export async function probe(work: PhaseWork): Promise<ProbedFile[]> {
  const known = await readKept<ProbedFile[]>(fileOf(work));
  if (known !== null) return known;
  const { request, folders, engine, signal, progress } = work;
  const found: ProbedFile[] = [];
  for (const [nth, { audio_path }] of request.inputs.entries()) {
    const { handle, identity } = await openInput(folders.files, audio_path);
    try {
      found.push(await probeFile(engine, { audio_path, handle, identity }, signal));
    } finally {
      await handle.close();
    }
    progress((nth + 1) / request.inputs.length);
  }
  await writeWhole(fileOf(work), JSON.stringify(found));
  return found;
}

/** Opens a file that was probed, for as long as `use` takes. */
export async function withInput<T>(
  { folders }: PhaseWork,
  { audio_path, identity, decoder }: ProbedFile,
  use: (input: { fd: number; decoder: string | null }) => Promise<T>,
): Promise<T> {
  const { handle } = await openInput(folders.files, audio_path, identity);
  try {
    return await use({ fd: handle.fd, decoder });
  } finally {
    await handle.close();
  }
}
