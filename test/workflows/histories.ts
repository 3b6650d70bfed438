import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const historyFolder = join(import.meta.dirname, '../histories');

/** One run of a workflow as it was recorded; a history does not contain the id that it ran under. */
export interface KeptHistory {
  workflow_id: string;
  history: { events: Record<string, unknown>[] };
}

/** The recorded histories, by what happened in them. */
export async function keptHistories(): Promise<Map<string, KeptHistory>> {
  const files = (await readdir(historyFolder)).filter((file) => file.endsWith('.json')).sort();
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, KeptHistory]> => {
        const text = await readFile(join(historyFolder, file), 'utf8');
        return [file.slice(0, -'.json'.length), JSON.parse(text) as KeptHistory];
      }),
    ),
  );
}

/** Without what names the machine that it was recorded on: no replay reads stack traces. */
export const scrubbed = (history: string): unknown =>
  JSON.parse(history, (key, value: unknown) => (key === 'stackTrace' ? '' : value));
