import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { programsIn } from '../../../activities/repair/capture/sandbox-programs.ts';
import { applyOperations } from '../../../domain/patches/apply-operations.ts';
import type { Capture, RedCheck } from '../../../domain/repair/capture.ts';
import { ranked } from '../../../domain/repair/rank.ts';
import { findByRules } from '../../../domain/repair/rules/index.ts';
import { weakeningsOf } from '../../../domain/repair/weakening.ts';
import { aCapture } from '../../domain/repair/a-capture.ts';
import { limits } from '../../domain/repair/weakening/judge.ts';
import { programs } from './index.ts';
import type { Program } from './program.ts';

// what sandboxes add, and programs that need a container, are in test/faults/repair
const byRules = programs.filter(({ by, services }) => by === 'rule' && services === undefined);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vx11-program-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(byRules)(
  'rules mend $name ($language), also for a test that they never saw',
  (program) => {
    const shell = (program.check as { task: { shell: string } }).task.shell;
    const broken = run(program.files, shell);
    expect(broken.status).not.toBe(0);
    const capture = captureOf(program, broken.output);
    const found = ranked(findByRules(capture), capture);
    const first = found.find(({ fix }) => fix.kind === 'change');
    if (first?.fix.kind !== 'change')
      throw new Error(JSON.stringify({ found, ...broken }, null, 1));
    const sources = capture.files.map((file) => ({ ...file, text: file.text ?? '' }));
    const applied = applyOperations(first.fix.operations, sources, limits);
    if (!applied.ok) throw new Error(applied.because);
    const candidate = { files: applied.files, before: {}, after: {}, folder: '.', capture };
    expect(weakeningsOf(candidate, limits)).toEqual([]);
    const changed = applied.files.map(({ path, after }) => [path, after.text] as const);
    const mended = { ...program.files, ...Object.fromEntries(changed) };
    expect(run(mended, shell)).toMatchObject({ status: 0 });
    expect(run(mended, program.hidden)).toMatchObject({ status: 0 });
  },
);

/** Runs a shell script over files as the sandbox would, in a folder of its own. */
function run(files: Program['files'], script: string): { status: number | null; output: string } {
  const place = mkdtempSync(join(folder, 'task-'));
  const own = (text: string): string => text.replaceAll('/tmp/', `${place}/tmp/`);
  mkdirSync(join(place, 'tmp'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), own(text));
  }
  const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1' };
  const ended = spawnSync('sh', ['-c', own(script)], { cwd: place, env, encoding: 'utf8' });
  const output = (ended.stdout + ended.stderr).replaceAll(place, '/task');
  return { status: ended.status, output };
}

function captureOf({ files }: Program, output: string): Capture {
  const red: RedCheck = {
    name: 'visible',
    suite: 'program',
    kind: 'task',
    service: 'program/visible',
    status: 'failed',
    cause: 'condition',
    detail: '[EXIT_CODE] (1) == 0',
    url: null,
    evidence: `spawn-1: failed\n\n${output}`,
  };
  const stack = aCapture({
    compose: 'services: { spawner: { image: spawner } }',
    files,
    red: [red],
  });
  return { ...stack, services: [...stack.services, ...programsIn([red])] };
}
