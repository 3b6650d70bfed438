import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readHost } from '../../../../activities/checks/load/host-counters.ts';

const files = {
  stat: 'cpu  100 10 50 800 40 0 0 0 7 0\ncpu0 50 5 25 400 20 0 0 0 0 0\ncpu1 50 5 25 400 20 0 0 0 0 0\nintr 5\n',
  meminfo: 'MemTotal:       2048 kB\nMemFree:  1 kB\nMemAvailable:    1024 kB\n',
  'pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1234\n',
  'pressure/memory':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=5\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=2\n',
};

function procWith(names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-proc-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'pressure'));
  for (const name of names) writeFileSync(join(folder, name), files[name as keyof typeof files]);
  return folder;
}

const known = {
  total_ms: 10_000,
  busy_ms: 1600,
  cores: 2,
  memory_available: 1024 ** 2,
  memory_total: 2 * 1024 ** 2,
};

test('the host is read from the files of its kernel', async () =>
  expect(await readHost(procWith(Object.keys(files)))).toMatchObject({
    ...known,
    cpu_stall_us: 1234,
    memory_stall_us: 5,
  }));
test('a kernel without PSI still says how much CPU and memory is in use', async () =>
  expect(await readHost(procWith(['stat', 'meminfo']))).toMatchObject({
    ...known,
    cpu_stall_us: null,
    memory_stall_us: null,
  }));
test('without the files of a kernel nothing is known', async () =>
  expect(await readHost(procWith([]))).toBeNull());
test('this host can be read', async () => {
  const host = await readHost();
  expect(host!.busy_ms).toBeLessThanOrEqual(host!.total_ms);
  expect(host!.memory_available).toBeLessThanOrEqual(host!.memory_total);
});
