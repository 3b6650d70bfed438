import { expect, test } from 'vitest';
import { wasBusy, type UseSample } from '../../../domain/windows/idle.ts';

const before: UseSample = { at: 1000, cpu_ms: 500, network_bytes: 10_000 };
/** A sample ten seconds later. */
const after = (cpuMs: number, bytes: number, ms = 10_000): UseSample => ({
  at: before.at + ms,
  cpu_ms: before.cpu_ms + cpuMs,
  network_bytes: before.network_bytes + bytes,
});

test.each<[string, UseSample, boolean]>([
  ['used nothing was not busy', after(0, 0), false],
  ['used as much as a health check was not busy', after(500, 5000), false],
  ['used more CPU was busy', after(501, 0), true],
  ['moved more bytes was busy', after(0, 5001), true],
  ['has two samples at the same time counts as busy', after(0, 0, 0), true],
  ['has a sample before the previous one counts as busy', after(0, 0, -1), true],
])('a service that %s', (_, sample, busy) => expect(wasBusy(before, sample)).toBe(busy));
