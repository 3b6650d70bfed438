/**
 * Bundles the workflows into a file: `node workers/temporal/bundle-workflows.ts FILE`. Runs in its own process, since the
 * bundler would leave 150 MB behind in a long-lived one.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { minify } from 'terser';

const file = process.argv[2];
if (file === undefined)
  throw new Error('Which file? node workers/temporal/bundle-workflows.ts FILE');

const ignore = (): void => undefined;
const { code } = await bundleWorkflowCode({
  workflowsPath: join(import.meta.dirname, '../../workflows/index.ts'),
  logger: {
    log: ignore,
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: console.error,
    error: console.error,
  },
});
const bundle = await minified(code);
for (const [path, content] of [
  [`${file}.map`, bundle.map],
  [file, bundle.small],
] as const) {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, content);
  await rename(fresh, path);
}

/**
 * Minifies the bundle, which halves its memory: two thirds of the SDK's bundle is a source map that a worker parses and
 * keeps twice. Names of functions and classes stay, since Temporal uses them. The worker requires a map and gets an empty
 * one; the real one is written next to the bundle, for reading stack traces.
 */
async function minified(whole: string): Promise<{ small: string; map: string }> {
  const mark = '//# sourceMappingURL=data:application/json;charset=utf-8;base64,';
  const at = whole.lastIndexOf(mark);
  if (at < 0) throw new Error('The bundle of the workflows has no source map');
  const content = Buffer.from(whole.slice(at + mark.length).trim(), 'base64').toString();
  const { code: text, map: real } = await minify(whole.slice(0, at), {
    keep_classnames: true,
    keep_fnames: true,
    format: { comments: 'some' },
    sourceMap: { content },
  });
  if (text === undefined || typeof real !== 'string')
    throw new Error('The minified bundle is empty');
  const empty = JSON.stringify({ version: 3, file: '', sources: [], names: [], mappings: '' });
  return { small: `${text}\n${mark}${Buffer.from(empty).toString('base64')}`, map: real };
}
