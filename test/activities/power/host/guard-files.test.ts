import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { observe } from '../../../../activities/power/observe.ts';
import { minute } from '../../../domain/samples.ts';
import { startHost, type OneHost } from '../one-host.ts';

let host: OneHost;
beforeEach(async () => {
  host = await startHost({ web: { 'x-vx11': { max_ttl: '30m' } } });
  await observe(host.power);
});

/** How long a guard that starts now lets a service run whose lease it cannot read. */
async function fallback(): Promise<number> {
  const file = host.guard.pathOf('web');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'no lease');
  return host.guard.readAnew()[0]!.max_ttl_ms;
}

test.each<[string, (file: string) => Promise<void>]>([
  ['was deleted', (file) => rm(file)],
  ['went with all its folder', (file) => rm(dirname(file), { recursive: true })],
  ['was emptied', (file) => writeFile(file, '')],
  ['was written over', (file) => writeFile(file, '{"version":1,"max_ttl_ms":1}')],
])('what the guard falls back on is mended by the next look when it %s', async (_, harm) => {
  expect(await fallback()).toBe(30 * minute);
  await harm(host.guard.projectFile);
  expect(await fallback()).not.toBe(30 * minute);
  await observe(host.power);
  expect(await fallback()).toBe(30 * minute);
});

test('what the guard falls back on follows the compose file', async () => {
  await host.writeCompose({ web: { 'x-vx11': { max_ttl: '45m' } } });
  await host.power.catalog.current();
  await observe(host.power);
  expect(await fallback()).toBe(45 * minute);
});

test('what the guard falls back on is left as it is while it says what it should', async () => {
  const before = await stat(host.guard.projectFile, { bigint: true });
  await observe(host.power);
  const { ino, mtimeNs } = await stat(host.guard.projectFile, { bigint: true });
  expect([ino, mtimeNs]).toEqual([before.ino, before.mtimeNs]);
});

test('what the guard falls back on is written as soon as it can be, where it could not be at first', async () => {
  // a folder stands where the file should be
  await rm(host.guard.projectFile);
  await mkdir(host.guard.projectFile);
  await observe(host.power);
  await rm(host.guard.projectFile, { recursive: true });
  await observe(host.power);
  expect(await fallback()).toBe(30 * minute);
});
