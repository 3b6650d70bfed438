import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** Writes the files that may pass if they are run again, where `npm test` looks for them. */
export function writeFailedFiles(files: readonly string[]): void {
  const path = process.env.VX11_TEST_FAILED_FILES;
  if (path !== undefined) writeFileSync(path, JSON.stringify(files));
}

/** What `writeFailedFiles` wrote to `path`; nothing if the run ended before. */
export const failedFilesIn = (path: string): string[] =>
  existsSync(path) ? z.array(z.string()).parse(JSON.parse(readFileSync(path, 'utf8'))) : [];
