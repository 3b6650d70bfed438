import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { createHub } from '../../../activities/models/hub.ts';
import { createHubClient } from '../../../activities/models/hub-client.ts';
import { resolveModel } from '../../../activities/models/resolve.ts';
import { ggufFile, startHub } from './stand-in-hub.ts';

const sizes = [300_000, 200_000];
const program = join(import.meta.dirname, 'fetching-child.ts');

/** Runs the program until it says that so many bytes of a file are there, and kills it; or until its end. */
async function fetchUntil(args: string[], bytes: number): Promise<string | null> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let placed: string | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('placed ')) placed = line.slice('placed '.length);
    else if (Number(line) >= bytes) child.kill('SIGKILL');
  }
  await ended;
  return placed;
}

test('a process that is killed at random bytes leaves nothing wrong, and the next one fetches only the rest', async () => {
  const root = await mkdtemp(join(tmpdir(), 'vx11-killed-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const parts = sizes.map((size) => ggufFile(size));
  const files = Object.fromEntries(
    parts.map((bytes, nth) => [`big-0000${nth + 1}-of-00002.gguf`, bytes]),
  );
  const hub = await startHub({ 'ana/big': { files } });
  onTestFinished(() => hub.close());
  hub.mode.speed = 400_000; // slow enough that a busy machine kills in time
  const { signal } = new AbortController();
  const target = { source: 'hub' as const, model: 'ana/big', revision: 'main', file: null };
  const model = await resolveModel(
    createHub(createHubClient({ url: hub.url, token: null })),
    target,
    signal,
  );
  const args = [hub.url, root, JSON.stringify(model)];
  for (let kills = 0; kills < 3; kills += 1) {
    const at = Math.floor(Math.random() * 80_000) + 90_000 * kills;
    expect(await fetchUntil(args, at), `killed at ${at}`).toBeNull();
    // no part is where models are before all are whole
    expect((await readdir(root)).filter((name) => !name.startsWith('@'))).toEqual([]);
  }
  const placed = JSON.parse((await fetchUntil(args, Infinity))!) as { path: string }[];
  expect(placed).toHaveLength(2);
  for (const [nth, { path }] of placed.entries())
    expect((await readFile(join(root, path))).equals(parts[nth]!)).toBe(true);
  const [whole] = [sizes[0]! + sizes[1]!];
  // what was under way when a process died was sent, and not kept
  expect(hub.counts.bytes).toBeLessThan(whole * 1.9);
  const resumed = hub.counts.ranges.filter((range) => range !== null);
  expect(resumed.length).toBeGreaterThanOrEqual(2);
});
