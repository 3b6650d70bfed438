import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { columns, letters, written, type Row } from './condense/columns.ts';
import { readLiteLlm } from './condense/litellm.ts';
import { readPiAi } from './condense/pi-ai.ts';

/**
 * Makes the shipped data about models (`activities/providers/shipped/`) from two packages that are too large to depend on:
 *
 *     npm pack @earendil-works/pi-ai && tar xzf earendil-works-pi-ai-*.tgz
 *     pip download --no-deps litellm && unzip litellm-*.whl
 *     node scripts/condense-models.ts --pi-ai package --litellm litellm/model_prices_and_context_window_backup.json \
 *       --litellm-version 1.110.2 --litellm-day 2026-11-29
 *
 * `--litellm-day` is the day of the download, since the wheel does not say when it was made.
 */
const { values } = parseArgs({
  options: {
    'pi-ai': { type: 'string' },
    litellm: { type: 'string' },
    'litellm-version': { type: 'string' },
    'litellm-day': { type: 'string' },
  },
});
const needed = (name: keyof typeof values): string => {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is required; see the top of this file.`);
  return value;
};
const mostBytes = 300 * 1024;
const into = new URL('../activities/providers/shipped/', import.meta.url);

const pi = await readPiAi(needed('pi-ai'));
const litellm = await readLiteLlm(needed('litellm'), needed('litellm-day'));

/** Its prices and contexts are pi-ai's; which of them only `/v1/responses` reaches, litellm knows. */
const marked = (provider: string, rows: readonly Row[]): Row[] =>
  rows.map((row) =>
    litellm.responsesOnly.has(`${provider}/${row[0]}`)
      ? [row[0], row[1], row[2], row[3], row[4], row[5], row[6], `${row[7]}O`]
      : row,
  );
const others = Object.entries(litellm.providers).filter(([id]) => pi.providers[id] === undefined);
const providers = Object.fromEntries([
  ...Object.entries(pi.providers).map(([id, rows]) => [
    id,
    { source: 'pi-ai', models: marked(id, rows) },
  ]),
  ...others.map(([id, models]) => [id, { source: 'litellm', models }]),
]) as Record<string, { source: string; models: Row[] }>;

const litellmSource = {
  package: `litellm ${needed('litellm-version')}`,
  day: needed('litellm-day'),
};
const sources = {
  'pi-ai': { package: `@earendil-works/pi-ai ${pi.version}`, day: pi.day },
  litellm: litellmSource,
};
const models = written({ sources, columns, letters }, providers);
const ends = written(
  { sources: { litellm: litellmSource }, columns: ['id', 'day', 'successor'] },
  Object.fromEntries(
    Object.entries(litellm.ends).map(([id, rows]) => [
      id,
      { source: 'litellm', models: rows as never },
    ]),
  ),
);
if (models.length + ends.length > mostBytes)
  throw new Error(`The data has ${models.length + ends.length} bytes; ${mostBytes} are the most.`);
await writeFile(new URL('models.json', into), models);
await writeFile(new URL('ends.json', into), ends);
const count = Object.values(providers).reduce((sum, { models: rows }) => sum + rows.length, 0);
console.log(
  `${count} models of ${Object.keys(providers).length} providers, ${models.length} bytes`,
);
console.log(`${Object.values(litellm.ends).flat().length} ends, ${ends.length} bytes`);
