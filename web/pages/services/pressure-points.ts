import type { Decisions } from '../../live/answers.ts';

interface Point {
  /** Epoch ms. */
  at: number;
  /** Of one minute, a core. */
  load: number;
  /** From 0 to 1. */
  memory: number;
  /** Seconds under pressure. */
  pressed: number;
}

/** What the loop's rounds saw of each host, oldest first. @param decisions newest first */
export function pressureOf(decisions: Decisions['decisions']): { host: string; points: Point[] }[] {
  const seen = decisions.toReversed().flatMap(({ observation: { at, hosts } }) =>
    hosts.map(({ host, load, memory, pressed_seconds }) => ({
      host,
      at: Date.parse(at),
      load,
      memory,
      pressed: pressed_seconds,
    })),
  );
  return [...Map.groupBy(seen, ({ host }) => host)].map(([host, points]) => ({ host, points }));
}

/** The points of a line in a box of 100 × 24, by the time of each. @param of from 0 to 1 */
export function lineOf(points: readonly Point[], of: (point: Point) => number): string {
  const first = points[0]?.at ?? 0;
  const span = Math.max(1, (points.at(-1)?.at ?? 0) - first);
  const round = (value: number): number => Math.round(value * 100) / 100;
  return points
    .map((point) => {
      const share = Math.min(1, Math.max(0, of(point)));
      return `${round((100 * (point.at - first)) / span)},${round(24 - 24 * share)}`;
    })
    .join(' ');
}
