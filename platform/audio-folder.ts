import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the audio of an installation lies. The gateway writes `files`, shubniggurath the rest. */
export interface AudioFolders {
  /** What was uploaded. */
  files: string;
  /** What a job does now; nothing of it is left after its end. */
  work(jobId: string): string;
  /** What a job left. */
  job(jobId: string): string;
  /** What was measured, by the hash of what it was measured from. */
  cache: string;
  /** Which programs shubniggurath found when it started last. */
  engine: string;
  /** All jobs, and all that run. */
  jobs: string;
  works: string;
}

/** @param home the folder for all state of an installation */
export function audioFolders(home: string): AudioFolders {
  const root = join(home, 'audio');
  const [jobs, works] = [join(root, 'jobs'), join(root, 'work')];
  return {
    files: join(root, 'files'),
    work: (jobId) => join(works, jobId),
    job: (jobId) => join(jobs, jobId),
    cache: join(root, 'cache'),
    engine: join(root, 'engine.json'),
    jobs,
    works,
  };
}

/** The names of the uploaded files, in order; none where the folder is not there. Half uploads are hidden. */
export async function audioNames(files: string): Promise<string[]> {
  const entries = await readdir(files, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .flatMap((entry) => {
      const name = join(entry.parentPath, entry.name).slice(files.length + 1);
      return entry.isFile() && !entry.name.startsWith('.') ? [name] : [];
    })
    .toSorted();
}
