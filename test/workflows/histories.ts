import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { histories } from '../repository/kept-files.ts';

/** One recorded run of a workflow. The history itself does not contain the workflow id. */
export interface KeptHistory {
  workflow_id: string;
  history: { events: Record<string, unknown>[] };
}

/** The recorded histories of all releases, by release and story, such as `0.1.0/task-done`. */
export async function keptHistories(): Promise<Map<string, KeptHistory>> {
  const files = (await readdir(histories, { recursive: true })).filter((file) =>
    file.endsWith('.json'),
  );
  return new Map(
    await Promise.all(
      files.sort().map(async (file): Promise<[string, KeptHistory]> => {
        const text = await readFile(join(histories, file), 'utf8');
        return [file.slice(0, -'.json'.length), JSON.parse(text) as KeptHistory];
      }),
    ),
  );
}

/** The history without stack traces, which name files of the recording machine; a replay does not read them. */
export const scrubbed = (history: string): unknown =>
  JSON.parse(history, (key, value: unknown) => (key === 'stackTrace' ? '' : value));
