import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckRunView } from '../../../contracts/checks.ts';
import type { CheckDeps } from '../deps.ts';
import { collectedIn, folderOf } from '../report-folder.ts';

/** The most lines that one writer adds to a file. */
const mostLines = 5000;

/** Writes lines of JSON to a file of the run, one after the other. What cannot be written is only logged. */
export function linesInto({ power, folder }: CheckDeps, run: CheckRunView, name: string) {
  const file = join(collectedIn(folderOf(folder, run)), name);
  let left = mostLines;
  const giveUp = (error: unknown): void => {
    left = 0;
    power.log.warn({ err: error, run_id: run.run_id }, `${name} cannot be written`);
  };
  const made = mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let written: Promise<unknown> = made.catch(giveUp);
  return {
    write(line: object): void {
      if ((left -= 1) < 0) return;
      const text = `${JSON.stringify(line)}\n`;
      written = written.then(() => appendFile(file, text, { mode: 0o600 })).catch(giveUp);
    },
    ended: (): Promise<unknown> => written,
  };
}
