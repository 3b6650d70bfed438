import type Docker from 'dockerode';
import type { ClockFact } from '../../../domain/incidents/facts.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';

const infoMs = 4500;

/** Compares the clock of the Engine with ours, and ours with a monotonic one since the last look. */
export function createClockReader(
  docker: Pick<Docker, 'info'>,
  wall: () => number = Date.now,
  monotonic: () => number = performance.now.bind(performance),
): () => Promise<ClockFact> {
  let last = { wall: wall(), monotonic: monotonic() };
  return async () => {
    const asked = wall();
    const info = (await callEngineWithin(infoMs, 'info', () => docker.info())) as {
      SystemTime: string;
    };
    const now = { wall: wall(), monotonic: monotonic() };
    const jump_ms = now.wall - last.wall - (now.monotonic - last.monotonic);
    last = now;
    const engine_ms = beyond(
      Date.parse(info.SystemTime) - (asked + now.wall) / 2,
      now.wall - asked,
    );
    return { engine_ms, jump_ms };
  };
}

/** A difference without what half a round trip may explain. */
const beyond = (ms: number, roundTripMs: number): number =>
  Math.sign(ms) * Math.max(0, Math.abs(ms) - roundTripMs / 2);
