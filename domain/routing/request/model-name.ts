import type { RoutingMode } from '../../../contracts/routing.ts';

/** What the `model` of a request means. */
export type NamedModel =
  { auto: true; mode: RoutingMode | null } | { auto: false; target: string } | null;

const modes: Readonly<Record<string, RoutingMode>> = {
  eco: 'ECO',
  balanced: 'BALANCED',
  'high-perf': 'HIGH-PERF',
  critical: 'CRITICAL',
};

/**
 * Reads `auto`, `auto:<mode>`, `provider/model`, or the bare name of a model that exactly one provider has; null for a name
 * that nothing has.
 *
 * @param targets ids of all targets
 */
export function readModelName(name: string | undefined, targets: readonly string[]): NamedModel {
  if (name === undefined || name === 'auto') return { auto: true, mode: null };
  const mode = /^auto:(.+)$/.exec(name)?.[1]?.toLowerCase();
  if (mode !== undefined)
    return modes[mode] === undefined ? null : { auto: true, mode: modes[mode] };
  if (targets.includes(name)) return { auto: false, target: name };
  const bare = targets.filter((id) => id.slice(id.indexOf('/') + 1) === name);
  return bare.length === 1 ? { auto: false, target: bare[0]! } : null;
}
