import ends from './ends.json' with { type: 'json' };

/** When a provider shuts a model down (`2026-07-24`), and what it should be replaced by, if it says so. */
export interface Shutdown {
  day: string;
  successor: string | null;
}

const providers = ends.providers as unknown as Readonly<
  Record<string, { models: [id: string, day: string, successor: string | null][] } | undefined>
>;

/** The announced end of a model; null if none is known. */
export function shutdownOf(provider: string, model: string): Shutdown | null {
  const rows = Object.hasOwn(providers, provider) ? providers[provider]!.models : [];
  const row = rows.find(([id]) => id === model);
  return row === undefined ? null : { day: row[1], successor: row[2] };
}

/** Is the model shut down at `now` (epoch ms)? Its last day is the one before `day`, in UTC. */
export const hasEnded = ({ day }: Shutdown, now: number): boolean =>
  now >= Date.parse(`${day}T00:00:00Z`);
