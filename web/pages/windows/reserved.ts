import type { Bar } from './day-bars.tsx';

/** How much is reserved from an instant (epoch ms) on. */
export interface Step {
  at: number;
  reserved: number;
}

/**
 * What the windows reserve together over time, as steps: a service that several of them hold counts once.
 * @param costs what each service reserves, by host and name
 */
export function reservedSteps(bars: readonly Bar[], costs: ReadonlyMap<string, number>): Step[] {
  const edges = [...new Set(bars.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  return edges.map((at) => {
    const held = new Set(
      bars
        .filter(({ from, to }) => from <= at && at < to)
        .flatMap(({ window }) => window.members.map((name) => costKey(window.host, name))),
    );
    const reserved = [...held].reduce((sum, key) => sum + (costs.get(key) ?? 0), 0);
    return { at, reserved };
  });
}

export const costKey = (host: string, name: string): string => `${host}/${name}`;

/** The outline of the steps in a box of 100 × 30, closed at its bottom, as an SVG path. */
export function outlineOf(
  steps: readonly Step[],
  { x, most }: { x: (at: number) => number; most: number },
): string {
  const height = 30;
  const y = (reserved: number): number => height - (height * Math.min(reserved, most)) / most;
  const first = steps[0];
  if (first === undefined) return '';
  const line = steps.map(({ at, reserved }) => `H${round(x(at))}V${round(y(reserved))}`).join('');
  return `M${round(x(first.at))} ${height}${line}H100V${height}Z`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
