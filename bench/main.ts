/**
 * Compares VX11 with the underlying tools in the same run: `npm run bench`, `npm run bench -- open close`.
 * Named measures replace their rows of the last run. --quick takes 5 samples of each. --write-docs writes the last run into
 * docs/benchmarks.md; without a named measure it does only that.
 */
import { makeEnvironment } from './environment.ts';
import { writeDocs } from './docs.ts';
import type { Measure, Result } from './measure.ts';
import { measures } from './measures/index.ts';
import { notes, table } from './report.ts';
import { intoLast, load, machine, readRun, writeRun, type Part, type Run } from './run-file.ts';

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const docs = words.includes('--write-docs');
const named = words.filter((word) => !word.startsWith('--'));
const unknown = named.filter((name) => !measures.some((measure) => measure.name === name));
if (unknown.length > 0) {
  console.error(
    `No measure is named ${unknown.join(' or ')}. Measures: ${measures.map(({ name }) => name).join(' ')}`,
  );
  process.exit(64);
}
if (docs && named.length === 0 && !quick) {
  writeDocs(readRun());
  process.exit(0);
}

const end = new AsyncDisposableStack();
let interrupted = false;
async function interrupt(): Promise<void> {
  if (interrupted) return;
  interrupted = true;
  say('cleaning up…');
  await end.disposeAsync().catch((error: unknown) => console.error(error));
  process.exit(130);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void interrupt());

const say = (line: string): void => console.error(line);

async function runAll(chosen: Measure[]): Promise<Run> {
  const began = performance.now();
  const names = chosen.map(({ name }) => name);
  const part: Part = { at: new Date().toISOString(), load: load(), seconds: 0, measures: names };
  const run: Run = { quick, machine: machine(), parts: [part], results: [], failed: [] };
  let environment: ReturnType<typeof makeEnvironment> | undefined;
  for (const measure of chosen) {
    const { name } = measure;
    say(`${name}…`);
    try {
      const results: Result[] =
        'compute' in measure
          ? await measure.compute(quick)
          : await measure.run(await (environment ??= makeEnvironment(end, quick)));
      run.results.push(...results.map((result) => ({ ...result, measure: name })));
    } catch (error) {
      if (interrupted) await new Promise(() => undefined); // the error comes from the cleanup after Ctrl-C
      run.failed.push({ name, error: error instanceof Error ? error.message : String(error) });
      console.error(error);
    }
  }
  part.seconds = Math.round((performance.now() - began) / 1000);
  return run;
}

const chosen = measures.filter(({ name }) => named.length === 0 || named.includes(name));
try {
  const run = await runAll(chosen);
  const whole = intoLast(
    run,
    measures.map(({ name }) => name),
  );
  writeRun(whole);
  const { load: before, seconds } = run.parts[0]!;
  console.log(
    `${table(run.results)}\n\n${notes(run.results)}\n\n${run.machine}; load ${before.toFixed(1)}; ${seconds} s`,
  );
  if (docs) writeDocs(whole);
  process.exitCode = run.failed.length > 0 ? 1 : 0;
} finally {
  if (!interrupted) await end.disposeAsync();
}
process.exit();
