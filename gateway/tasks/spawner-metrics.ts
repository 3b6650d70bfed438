import { z } from 'zod';
import { spawnerService } from '../../contracts/queues.ts';
import { spawnerMetricFamilies, type SpawnerSamples } from '../../contracts/spawner-metrics.ts';
import { presenceMs } from '../../store/system/presence.ts';
import type { Snapshot } from '../reads/snapshot.ts';

/** The samples in a heartbeat, which an older version or a person may have written. */
const spawnerSamples: z.ZodType<SpawnerSamples> = z
  .array(z.tuple([z.string(), z.record(z.string(), z.union([z.string(), z.number()])), z.number()]))
  .max(1000);

/** The metrics of each live spawner as Prometheus text. */
export const spawnerMetrics = ({ presence }: Snapshot, now: number): string[] =>
  presence.flatMap(({ process, at, detail }) => {
    const { data: samples } = spawnerSamples.safeParse(detail['samples']);
    if (process !== spawnerService || at + presenceMs <= now || samples === undefined) return [];
    return Object.entries(spawnerMetricFamilies)
      .map(([family, { type, help }]) => {
        const series = samples.filter(([name]) => isOf(family, type, name));
        const lines = series.map(([name, labels, value]) => `${name}${labelsOf(labels)} ${value}`);
        return [`# HELP ${family} ${help}`, `# TYPE ${family} ${type}`, ...lines].join('\n');
      })
      .join('\n');
  });

const isOf = (family: string, type: string, name: string): boolean =>
  name === family ||
  (type === 'histogram' &&
    /^_(bucket|sum|count)$/.test(name.slice(family.length)) &&
    name.startsWith(family));

const labelsOf = (labels: Record<string, string | number>): string => {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${String(value).replaceAll(/[\\"\n]/g, escapeOf)}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

const escapeOf = (char: string): string => (char === '\n' ? '\\n' : `\\${char}`);
