/**
 * Loads every module that madre and the gateway may load, also at their first change, then exits, so that the compile cache
 * holds it without types: a process that strips types itself keeps the type stripper in memory. Argument: the pattern of
 * the files.
 */
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const repository = join(import.meta.dirname, '../../..');
/** Programs: loading one would run it. */
const programs = /(^|\/)(main|bundle-workflows)\.ts$/;

for await (const file of glob(process.argv[2], { cwd: repository })) {
  if (programs.test(file)) continue;
  // one that cannot be loaded says so in the process that needs it
  await import(pathToFileURL(join(repository, file)).href).catch(() => undefined);
}
process.exit(0);
