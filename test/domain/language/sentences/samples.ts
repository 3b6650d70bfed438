import { readFileSync } from 'node:fs';
import type { Intent } from '../../../../contracts/intent.ts';
import {
  ambiguityWarnings,
  unknownOrderWarning,
} from '../../../../domain/language/parse-intent.ts';

/** A sentence and its expected outcome; the format is described at the top of known.txt. */
export interface Sample {
  right: string;
  text: string;
}

export const sampleServices =
  'web db api cache grafana jellyfin nextcloud worker web-admin redis-tools'.split(' ');
export const sampleHosts = ['nas', 'gpu-box'];

export const samplesIn = (name: string): Sample[] =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const at = line.indexOf(' | ');
      return { right: line.slice(0, at), text: line.slice(at + 3) };
    });

const isQuestion = ({ warnings }: Intent): boolean =>
  [...ambiguityWarnings, unknownOrderWarning].some((one) => warnings.includes(one));

/** Whether an intent is the expected outcome of the sentence. */
export function isRight(right: string, intent: Intent): boolean {
  const { action, targets, ttl_seconds, hosts, doubt, domain } = intent;
  const isAction = !/^(list|help|chat|analyze)$/.test(action) || domain === 'audio';
  const [outcome = '', ...rest] = right.split(' ');
  if (outcome === 'none') return !isAction || (action === 'delete' && targets.length === 0);
  if (outcome === 'ask') return action === 'chat' && isQuestion(intent);
  if (outcome === 'waits')
    return !isAction || doubt !== undefined || /^(delete|stop)$/.test(action);
  if (outcome === 'talk') return action === 'chat' && intent.warnings.length === 0;
  if (outcome === 'run') return action === 'run' && intent.code !== null && doubt === undefined;
  const names = rest.filter((one) => /^[a-z*]/.test(one)).join(',');
  const seconds = rest.find((one) => /^\d/.test(one));
  const host = rest.find((one) => one.startsWith('@'))?.slice(1);
  const actions: Record<string, string[]> = {
    open: ['open_window', 'run'],
    close: ['close_window'],
    extend: ['extend_window'],
    list: ['list', 'analyze'],
  };
  return (
    (actions[outcome] ?? [outcome]).includes(action) &&
    (names === '*'
      ? intent.all && targets.length === 0
      : sorted(targets) === sorted(names.split(',').filter(Boolean))) &&
    (outcome === 'list' || outcome === 'help' || String(ttl_seconds ?? '') === (seconds ?? '')) &&
    hosts.join() === (host ?? '') &&
    // an order that needs confirmation anyway may be ambiguous too
    (doubt === undefined || /^(restart|stop|hold|suspend|delete)$/.test(action))
  );
}

const sorted = (names: readonly string[]): string => names.toSorted().join();

/** Whether the intent would be carried out without confirmation. */
export const isAtOnce = ({ action, domain, doubt, code, targets, all }: Intent): boolean => {
  if (doubt !== undefined) return false;
  // without a named service it is refused, and the answer asks for one
  if (domain === 'audio' && !/^(list|help)$/.test(action)) return true;
  if (action === 'run') return code !== null || targets.length > 0;
  return /^(open_window|close_window|extend_window)$/.test(action) && (targets.length > 0 || all);
};
