import { antsExtension, type AntsExtension } from '../../contracts/compose.ts';
import { parseDuration } from '../services/compose-units.ts';

/** `x-vx11.ants` at the top of the compose file. Durations in ms. */
export interface AntSettings extends Omit<AntsExtension, 'backups' | 'logs' | 'unhealthy_after'> {
  backups: { path: string; max_age_ms: number }[];
  logs: (Omit<AntsExtension['logs'][number], 'within'> & { within_ms: number })[];
  unhealthy_after_ms: number;
}

const longestWithinMs = 86_400_000;

/** Reads the settings. @throws Error that names what is wrong, so that the looks that need them fail and say why */
export function readAntSettings(given: unknown): AntSettings {
  const read = antsExtension.safeParse(given ?? {});
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    throw new Error(`${['x-vx11.ants', ...path.map(String)].join('.')}: ${message}`);
  }
  const { backups, logs, unhealthy_after, ...rest } = read.data;
  return {
    ...rest,
    backups: backups.map(({ path, max_age }) => ({
      path,
      max_age_ms: durationOf('backups', max_age),
    })),
    logs: logs.map(({ within, ...rule }) => {
      const within_ms = durationOf('logs', within);
      if (within_ms >= 1000 && within_ms <= longestWithinMs) return { ...rule, within_ms };
      throw new Error(`x-vx11.ants.logs: within is 1s to 24h, and not ${within}`);
    }),
    unhealthy_after_ms: durationOf('unhealthy_after', unhealthy_after),
  };
}

function durationOf(field: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new Error(`x-vx11.ants.${field}: ${text} is not a duration, such as 60s or 26h`);
}
