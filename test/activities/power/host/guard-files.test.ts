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

/** How long a guard that starts now lets a service run if it cannot read the lease. */
async function fallback(): Promise<number> {
  const file = host.guard.pathOf('web');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'no lease');
  return host.guard.readFresh()[0]!.max_ttl_ms;
}

test.each<[string, (file: string) => Promise<void>]>([
  ['was deleted', (file) => rm(file)],
  ['was deleted with its folder', (file) => rm(dirname(file), { recursive: true })],
  ['was emptied', (file) => writeFile(file, '')],
  ['was overwritten', (file) => writeFile(file, '{"version":1,"max_ttl_ms":1}')],
])("the guard's fallback file is repaired by the next round when it %s", async (_, harm) => {
  expect(await fallback()).toBe(30 * minute);
  await harm(host.guard.projectFile);
  expect(await fallback()).not.toBe(30 * minute);
  await observe(host.power);
  expect(await fallback()).toBe(30 * minute);
});

test("the guard's fallback follows the compose file", async () => {
  await host.writeCompose({ web: { 'x-vx11': { max_ttl: '45m' } } });
  await host.power.catalog.current();
  await observe(host.power);
  expect(await fallback()).toBe(45 * minute);
});

test("the guard's fallback file is not rewritten while it is right", async () => {
  const before = await stat(host.guard.projectFile, { bigint: true });
  await observe(host.power);
  const { ino, mtimeNs } = await stat(host.guard.projectFile, { bigint: true });
  expect([ino, mtimeNs]).toEqual([before.ino, before.mtimeNs]);
});

test("the guard's fallback file is written as soon as possible if the first write failed", async () => {
  // a folder in place of the file makes the write fail
  await rm(host.guard.projectFile);
  await mkdir(host.guard.projectFile);
  await observe(host.power);
  await rm(host.guard.projectFile, { recursive: true });
  await observe(host.power);
  expect(await fallback()).toBe(30 * minute);
});
