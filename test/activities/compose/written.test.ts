import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readWritten } from '../../../activities/compose/suites/written.ts';

const written = (...texts: string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-written-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return readWritten(
    texts.map((text, at) => {
      const file = join(folder, `${at}.yaml`);
      writeFileSync(file, text);
      return file;
    }),
  );
};
const checked =
  "    x-vx11: { checks: [{ name: page, url: 'http://web/', conditions: ['[STATUS] == 200'] }] }\n";
const namesOf = ({ suites }: Awaited<ReturnType<typeof written>>) =>
  suites.map(({ name, declared, checks }) => [name, declared, checks.map((one) => one.name)]);

test('the checks and the settings of a file that Compose refuses are read from its text', async () => {
  const found = await written(
    `services:\n  web:\n    enviroment: {}\n${checked}  db: {}\nx-vx11: { repair: { mode: off } }\n`,
  );
  expect(namesOf(found)).toEqual([
    ['web', true, ['page']],
    ['db', false, ['stays up']],
  ]);
  expect(found.settings).toEqual({ repair: { mode: 'off' } });
});

test('what is no YAML, or is not there, is read as far as it can be', async () => {
  expect(namesOf(await written('services:\n  web:\n    image: "x\n'))).toEqual([
    ['web', false, ['stays up']],
  ]);
  expect(await written('\t{{{', '')).toEqual({ settings: {}, suites: [] });
  expect(await readWritten(['/nowhere/compose.yaml'])).toEqual({ settings: {}, suites: [] });
});
