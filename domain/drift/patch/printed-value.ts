import type { YamlPath } from '../../patches/yaml-document.ts';
import type { YamlValue } from '../../patches/yaml-value.ts';
import { nanosecondsOf } from '../shape/duration.ts';
import { wordsIn } from './words.ts';

const sizes: ReadonlySet<string> = new Set([
  'mem_limit',
  'mem_reservation',
  'memswap_limit',
  'shm_size',
  'memory',
]);
const times: ReadonlySet<string> = new Set([
  'interval',
  'timeout',
  'start_period',
  'start_interval',
  'stop_grace_period',
]);
const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/**
 * What `docker compose config` prints for a setting that is written in a short form: bytes, Go's durations, lists of words.
 * Any other value is printed as it is written. @param path below the service
 */
export function printedValue(path: YamlPath, value: YamlValue): YamlValue {
  const key = String(path.at(-1));
  const text = typeof value === 'string' ? value : '';
  if (sizes.has(key)) return bytesOf(text) ?? value;
  if (times.has(key)) return durationOf(text) ?? value;
  if (path.length === 1 && (key === 'command' || key === 'entrypoint'))
    return (text === '' ? null : wordsIn(text)) ?? value;
  if (path[0] === 'healthcheck' && key === 'test' && text !== '') return ['CMD-SHELL', text];
  return value;
}

function bytesOf(text: string): string | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([bkmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  if (amount === undefined) return null;
  return String(Math.trunc(Number(amount) * sizeUnits[unit.toLowerCase()]!));
}

/** As Go prints durations: `1m30s`, `1.5s`, `20ms`. */
function durationOf(text: string): string | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return null;
  const ns = nanosecondsOf(text);
  if (ns < 1e9) return underASecond(ns);
  const [hours, minutes] = [Math.floor(ns / 3600e9), Math.floor((ns % 3600e9) / 60e9)];
  const seconds = `${Number(((ns % 60e9) / 1e9).toFixed(9))}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function underASecond(ns: number): string {
  if (ns === 0) return '0s';
  if (ns < 1e3) return `${ns}ns`;
  return ns < 1e6 ? `${ns / 1e3}µs` : `${ns / 1e6}ms`;
}
