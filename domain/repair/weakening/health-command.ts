import { unwrapped } from './shell.ts';
import { listOf, textOf } from './word.ts';

/** The command of a health check as one line; null if there is none. */
export function commandOf(healthcheck: Record<string, unknown>): string | null {
  if (healthcheck['disable'] === true) return null;
  const test = healthcheck['test'];
  if (typeof test === 'string') return test === '' ? null : test;
  const [kind, ...words] = listOf(test).map(textOf);
  if (kind === undefined || kind === 'NONE') return null;
  return kind === 'CMD' || kind === 'CMD-SHELL' ? words.join(' ') : [kind, ...words].join(' ');
}

/** What a changed command no longer sees; null if it sees as much. */
export function lessThan(old: string, test: string): string | null {
  const urls = addressesIn(old);
  if (urls.length > 0) {
    const now = new Set(addressesIn(test));
    if (now.size === 0) return 'its health check looks at a port or a process only';
    if (!urls.every((url) => now.has(url))) return 'its health check asks for another URL';
    if (ignoresStatus(test) && !ignoresStatus(old)) return 'its health check ignores the status';
    if (
      /\s(?:-k|--insecure|--no-check-certificate)\b/.test(test) &&
      !/\s(?:-k|--insecure|--no-check-certificate)\b/.test(old)
    )
      return 'its health check ignores the certificate';
    const lost = filtersIn(old).find((filter) => !test.includes(filter));
    return lost === undefined ? null : `its health check no longer looks for ${lost}`;
  }
  const words = wordsIn(old).slice(1);
  const kept = new Set(wordsIn(test));
  const lost = words.filter((word) => !kept.has(word) && !/^\d{1,5}$/.test(word));
  return lost.length === 0 && kept.size > 0 && wordsIn(test).length >= wordsIn(old).length - 1
    ? null
    : 'its health check runs something else';
}

/** Scheme, path and query: a rule may mend the port, and the name of the own host. */
const addressesIn = (command: string): string[] =>
  [...command.matchAll(/(https?):\/\/[^/\s'"`)\\]+(\/[^\s'"`)\\;|]*)?/g)].map(
    ([, scheme, path]) => `${scheme}:${path ?? '/'}`,
  );

const ignoresStatus = (command: string): boolean =>
  /\bcurl\b/.test(command) &&
  !/\s-\w*f\w*\b|--fail\b|--fail-with-body\b|http_code|\|\s*grep/.test(command);

/** What the answer is searched for. */
const filtersIn = (command: string): string[] =>
  [...command.matchAll(/\bgrep\s+(?:-\S+\s+)*(?:'([^']*)'|"([^"]*)"|([^\s;|&'"]+))/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );

const wordsIn = (command: string): string[] =>
  unwrapped(command)
    .split(/[\s'"()|&;]+/)
    .filter((word) => word !== '' && word !== 'exit' && word !== '1');
