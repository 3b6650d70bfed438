import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..');
/** A published deadline is behaviour, and is measured here. */
const mayMeasure = /^(faults|power)\/|^gateway\/ui\/session-ends\.test\.ts$/;
/** An upper bound of what has passed on the machine's own clock. */
const bound =
  /expect\([^;]*\b(performance|Date)\.now\(\) - [^;]*\)\s*\.toBeLessThan(OrEqual)?\(|\b\w*[mM]s\)\.toBeLessThan(OrEqual)?\(\d/;

test('no test asserts how fast the machine is: that is for bench/, and for published deadlines', async () => {
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !mayMeasure.test(file),
  );
  const found: string[] = [];
  for (const file of files)
    if (bound.test(await readFile(join(folder, file), 'utf8'))) found.push(file);
  expect(found).toEqual([]);
});
