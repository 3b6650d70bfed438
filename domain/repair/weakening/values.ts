import { changedLines } from '../../patches/unified-diff.ts';
import { mapOf, textOf, weakening, type Candidate, type Weakening } from './word.ts';

const placeholder =
  /^(?:|change[-_ ]?me.*|.*placeholder.*|todo|tbd|fixme|x{2,}|example|dummy|fake|foo|bar|secret|password|passw0rd|test|none|null|your[-_ ].*|<.*>|\.\.\.|replace[-_ ]?me.*|12345\d*|abc123?|admin)$/i;
/** Values that say nothing secret, and that a patch may choose. */
const plain = /^(?:0\.0\.0\.0|::|true|false|yes|no|on|off|\d{1,5}|\/[\w./-]*)$/i;

/** Values of variables that a patch gives and that stand nowhere in the stack. */
export function valueWeakenings(candidate: Candidate): Weakening[] {
  const known = candidate.capture.files
    .map(({ text }) => text ?? '')
    .concat(candidate.files.map(({ before }) => before?.text ?? ''))
    .join('\n');
  const services = new Set([
    ...Object.keys(mapOf(candidate.before?.['services'])),
    ...candidate.capture.services.map(({ name }) => name),
  ]);
  const isKnown = (value: string): boolean =>
    plain.test(value) || known.includes(value) || services.has(hostOf(value));
  // the capture has the names of secrets without their values
  const isMasked = (name: string): boolean =>
    new RegExp(
      String.raw`^\s*(?:export\s+)?${RegExp.escape(name)}\s*[=:]\s*['"]?(?:\*{3}|•)`,
      'm',
    ).test(known);
  const masked = candidate.files
    .filter((file) => changedLines(file).added.some(({ text }) => text.includes('•')))
    .map(({ path }) => weakening('value_invented', path, 'a masked value would be written'));
  const invented = given(candidate)
    .filter(({ name, value }) => placeholder.test(value) || !(isKnown(value) || isMasked(name)))
    .map(({ name, where }) =>
      weakening('value_invented', where, `the value of ${name} stands nowhere in the stack`),
    );
  return [...masked, ...invented];
}

const hostOf = (value: string): string =>
  /^(?:[a-z][\w+.-]*:\/\/)?(?:[^@/\s]*@)?(?<host>[\w.-]+)(?::\d+)?(?:\/.*)?$/i.exec(value)
    ?.groups?.['host'] ?? '';

interface Given {
  name: string;
  value: string;
  where: string;
}

function given({ before, after, files }: Candidate): Given[] {
  const [old, now] = [mapOf(before?.['services']), mapOf(after?.['services'])];
  const services =
    before === null
      ? []
      : Object.entries(now).flatMap(([where, service]) => {
          const was = mapOf(mapOf(old[where])['environment']);
          return Object.entries(mapOf(mapOf(service)['environment']))
            .filter(([name, value]) => !Object.hasOwn(was, name) && value !== null)
            .map(([name, value]) => ({ name, value: textOf(value), where }));
        });
  const envFiles = files
    .filter(({ path }) => /(?:^|\/)(?:[^/]*\.env|\.env[^/]*)$/.test(path))
    .flatMap((file) => {
      const was = new Set(
        (file.before?.text ?? '')
          .match(/^\s*(?:export\s+)?\w+(?=\s*=)/gm)
          ?.map((one) => one.trim()),
      );
      return changedLines(file).added.flatMap(({ text }) => {
        const pair = /^\s*(?:export\s+)?(?<name>\w+)\s*=\s*(?<value>.*)$/.exec(text)?.groups;
        if (pair === undefined || was.has(pair['name']!)) return [];
        const value = pair['value']!.trim().replace(/^(['"])(.*)\1$/, '$2');
        return [{ name: pair['name']!, value, where: file.path }];
      });
    });
  return [
    ...services.filter(({ name }) => !envFiles.some((one) => one.name === name)),
    ...envFiles,
  ];
}
