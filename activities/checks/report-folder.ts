import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportFiles, type ReportFile } from '../../contracts/checks.ts';
import { writers } from '../../domain/checks/reports/index.ts';
import type { Report } from '../../domain/checks/reports/report.ts';
import { reportFolder } from '../../platform/runs-folder.ts';
import { stability, type Seen } from '../../domain/checks/reports/stability.ts';

/** The folder of a run's report. */
export const folderOf = (root: string, { run_id: id, created_at }: Report['run']): string =>
  reportFolder(root, 'E2E_TEST_CONDUCTOR_v2', { id, created_at });

/** The folder of what is collected while a run lasts; the report takes it over. */
export const collectedIn = (folder: string): string => `${folder}.seen`;

/** Writes a report: into a folder aside, which gets its name once every file is whole. `summary.json` is written last. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  const { run, results, receipt } = report;
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  // copied, so that a second try after a crash finds it too
  if (existsSync(collectedIn(folder))) await cp(collectedIn(folder), part, { recursive: true });
  const steady =
    run.services.length === 0 ? null : stability(run.services, results, await seenIn(part));
  for (const [name, content] of [
    ['receipt.json', receipt],
    ['stability.json', steady],
  ] as const) {
    if (content === null) continue;
    const text = `${JSON.stringify(content, null, 2)}\n`;
    await writeFile(join(part, name), text, { mode: 0o600 });
  }
  for (const name of Object.keys(reportFiles) as ReportFile[]) {
    await writeFile(join(part, name), writers[name](report), { mode: 0o600 });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
  await rm(collectedIn(folder), { recursive: true, force: true });
}

/** What was collected of the services; nothing of what cannot be read. */
async function seenIn(folder: string): Promise<Seen> {
  const linesOf = async <T extends object>(name: string, field: keyof T): Promise<T[]> => {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      try {
        const found = JSON.parse(line) as T;
        return field in found ? [found] : [];
      } catch {
        return []; // the last line of a madre that was killed
      }
    });
  };
  const [events, samples] = await Promise.all([
    linesOf<Seen['events'][number]>('docker_events.jsonl', 'action'),
    linesOf<Seen['samples'][number]>('metrics.jsonl', 'memory_bytes'),
  ]);
  return { events, samples };
}
