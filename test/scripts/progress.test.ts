import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { goProgress } from '../../scripts/bootstrap/go.mjs';
// @ts-expect-error
import { aptProgress } from '../../scripts/bootstrap/machine.mjs';
// @ts-expect-error
import { duration, showProgress } from '../../scripts/bootstrap/progress.mjs';
import { temporaryHome, until } from '../cli/up/temporary-home.ts';

test('the progress of a Go build shows downloads, then compiled packages, then linking', () => {
  const sizes: Record<string, number> = { 'github.com/!data!dog/x/@v/v1.2.0.zip': 2_400_000 };
  const go = goProgress(
    'example.com/tool/cmd/tool@v1.0.0',
    300,
    (file: string) => sizes[file] ?? 0,
  );
  expect(go.state()).toBe('');
  go.line('go: downloading github.com/DataDog/x v1.2.0');
  go.line('go: downloading golang.org/x/sys v0.9.0');
  expect(go.state()).toBe('downloaded 1 of 2 modules so far, 2 MB');
  for (const name of ['internal/abi', 'github.com/DataDog/x', 'gopkg.in/yaml.v3']) go.line(name);
  go.line('# a warning of the compiler');
  expect(go.state()).toBe('compiled 3 of about 300 packages');
  go.line('example.com/tool/cmd/tool');
  expect(go.state()).toBe('compiled 3 packages, linking');
});

test('the progress of an apt installation is shown in percent', () => {
  const { line, state } = aptProgress();
  line('Reading package lists...');
  expect(state()).toBe('');
  line('dlstatus:2:41.5:Retrieving file 2 of 9');
  expect(state()).toBe('downloaded 42 %');
  line('pmstatus:libc6:12.5000:Unpacking libc6:amd64 (amd64)');
  expect(state()).toBe('unpacked 13 %');
});

test('progress is drawn in place on a terminal, and printed as lines elsewhere', async () => {
  const written: string[] = [];
  const out = (isTTY: boolean) => ({
    isTTY,
    columns: 60,
    write: (text: string) => written.push(text),
  });
  const lines = showProgress('building x', () => 'compiled 1', out(false), 20);
  await until(() => written.length >= 2);
  lines.stop(true);
  expect(written.slice(0, 2)).toEqual([
    'vx11: building x\n',
    'vx11: building x, 0 s: compiled 1\n',
  ]);
  expect(written.at(-1)).toBe('vx11: building x: done in 0 s\n');
  written.length = 0;
  const drawn = showProgress('building x', () => 'y'.repeat(200), out(true), 20);
  await until(() => written.length >= 2);
  drawn.stop(false);
  expect(written[0]).toHaveLength('\r'.length + 59 + '\u001B[K'.length);
  expect(written[0]).toContain('\rvx11: building x, 0 s: yyy');
  expect(written.at(-1)).toBe('\r\u001B[K');
  const length = written.length;
  await sleep(60);
  expect(written).toHaveLength(length);
  expect([duration(59_400), duration(252_000)]).toEqual(['59 s', '4 min 12 s']);
});

/** Runs a build as a first start does, with a program in place of Go that cleans up when it is interrupted. */
function building() {
  const folder = temporaryHome();
  const builder = `process.on('SIGINT', () => { require('fs').writeFileSync('cleaned', ''); process.exit(1) });
    require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1e6);`;
  const at = (name: string): string =>
    JSON.stringify(join(import.meta.dirname, '../../scripts/bootstrap', name));
  writeFileSync(
    join(folder, 'build.mjs'),
    `import { handleSignals, Ended } from ${at('ending.mjs')};
    import { run } from ${at('machine.mjs')};
    handleSignals();
    try { await run(process.execPath, ['-e', ${JSON.stringify(builder)}], { what: 'building' }); }
    catch (error) { process.exitCode = error instanceof Ended ? error.exitCode : 99; }`,
  );
  const running = spawn(process.execPath, ['build.mjs'], { cwd: folder, stdio: 'ignore' });
  onTestFinished(() => void running.kill('SIGKILL'));
  return { running, file: (name: string) => join(folder, name) };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s lets a build clean up before the start ends', async (signal, code) => {
  const { running, file } = building();
  await until(() => existsSync(file('pid')) && readFileSync(file('pid'), 'utf8') !== '');
  const gone = once(running, 'exit');
  running.kill(signal);
  expect((await gone)[0]).toBe(code);
  expect(existsSync(file('cleaned'))).toBe(true);
});
