import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countGpus } from '../../activities/engine/gpus.ts';
import { streamCompose } from '../../activities/compose/stream-compose.ts';
import { until } from '../stack/wait.ts';

const options = { cwd: '.', env: process.env };
const never = new AbortController().signal;
const sh = (script: string, on: (line: string) => void, signal = never): Promise<void> =>
  streamCompose('sh', ['-c', script], options, on, signal);

test('each output line of a build is reported as plain text, from both streams', async () => {
  const lines: string[] = [];
  const onLine = (line: string): void => void lines.push(line);
  await sh(
    'printf "\\033[1mStep 1/2\\033[0m\\n\\n"; sleep 0.1; echo " Image a Building "; echo two >&2',
    onLine,
  );
  expect(lines).toEqual(['Step 1/2', 'two']);
});

test('a failed build reports its exit code', async () => {
  await expect(sh('exit 3', () => undefined)).rejects.toThrow('the build ended with 3');
  const none = streamCompose('vx11-no-such', [], options, () => undefined, never);
  await expect(none).rejects.toThrow('ENOENT');
});

/** A zombie process counts as ended. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('an aborted build ends with all its child processes', async () => {
  const ending = new AbortController();
  const pids: number[] = [];
  const onLine = (line: string): void => {
    pids.push(Number(line));
    ending.abort(new Error('closed'));
  };
  await expect(sh('sleep 60 & echo $!; wait', onLine, ending.signal)).rejects.toThrow('closed');
  await until('it has ended', () => !isAlive(pids[0]!), 5000);
});

test("GPUs are counted from the Engine's info if the driver shows none", async () => {
  const none = '/no/such/folder';
  expect(await countGpus({}, none)).toBeNull();
  const devices = ['nvidia.com/gpu=0', 'nvidia.com/gpu=1', 'nvidia.com/gpu=all', 'x.io/net=0'];
  expect(await countGpus({ DiscoveredDevices: devices.map((ID) => ({ ID })) }, none)).toBe(2);
  const named = { NamedResourceSpec: { Kind: 'NVIDIA-GPU', Value: 'GPU-1' } };
  expect(await countGpus({ GenericResources: [named, named] }, none)).toBe(2);
});
