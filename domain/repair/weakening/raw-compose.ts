import { changedLines } from '../../patches/unified-diff.ts';
import { cannotFail } from './shell.ts';
import { weakening, type Candidate, type Weakening, type WeakeningWord } from './word.ts';

const signs: readonly (readonly [RegExp, WeakeningWord, string])[] = [
  [/^\s*privileged:\s*['"]?true/i, 'rights_widened', 'a service is privileged'],
  [
    /^\s*(?:cap_add|devices|security_opt|use_api_socket|group_add):/,
    'rights_widened',
    'a service is given rights',
  ],
  [/^\s*(?:pid|ipc|userns_mode|uts):\s*['"]?host/, 'rights_widened', 'a service shares the host'],
  [/^\s*network_mode:/, 'network_widened', 'a service uses another network'],
  [/^\s*user:\s*['"]?(?:root|0)\b/, 'runs_as_root', 'a service runs as root'],
  [/docker\.sock/, 'mount_widened', 'a service is given the socket of the Engine'],
  [
    /^\s*restart:\s*['"]?(?:always|unless|on-failure)/,
    'failure_hidden',
    'a service is restarted when it fails',
  ],
  [/^\s*read_only:\s*['"]?false/, 'read_only_off', 'a root is no longer read-only'],
  [
    /^\s*disable:\s*['"]?true|^\s*test:.*\bNONE\b/,
    'health_check_removed',
    'a health check is gone',
  ],
];
const lost: readonly (readonly [RegExp, WeakeningWord, string])[] = [
  [/^\s*(?:healthcheck|test):/, 'health_check_removed', 'a health check is gone'],
  [
    /^\s*(?:checks|suites|conditions|endpoints):|\[(?:STATUS|BODY|CONNECTED|HEALTH)\]/,
    'check_removed',
    'a check is gone',
  ],
  [/^\s*(?:mem_limit|cpus|pids_limit|limits):/, 'limit_removed', 'a limit is gone'],
  [/^\s*read_only:\s*['"]?true/, 'read_only_off', 'a root is no longer read-only'],
  [/^\s*cap_drop:/, 'rights_widened', 'cap_drop is gone'],
  [
    /^\s*depends_on:|condition:\s*service_healthy/,
    'dependency_weakened',
    'a service no longer waits',
  ],
  [/^\s*user:\s*['"]?(?!root|0\b)\S/, 'runs_as_root', 'a service has no user of its own'],
];

/** The lines of compose files, where Compose refuses one side, so that two models cannot be compared. */
export function rawComposeWeakenings({ files, before, after, capture }: Candidate): Weakening[] {
  if (before !== null && after !== null) return [];
  return files
    .filter(({ path }) => capture.compose.files.includes(path))
    .flatMap((file) => {
      const { added, removed } = changedLines(file);
      const now = added.map(({ text }) => text.replaceAll(/\s/g, ''));
      const gone = removed.filter(({ text }) => !now.some((one) => one.startsWith(keyOf(text))));
      const hit = (lines: readonly { text: string }[], list: typeof signs): Weakening[] =>
        list
          .filter(([sign]) => lines.some(({ text }) => sign.test(text)))
          .map(([, word, what]) => weakening(word, file.path, what));
      const tests = added
        .map(({ text }) => /^\s*test:\s*(?<test>.+)$/.exec(text)?.groups?.['test'])
        .filter((test) => test !== undefined)
        .map((test) =>
          test.replaceAll(/\[|\]|["'],?|\bCMD(?:-SHELL)?\b|^,/g, ' ').replace(/^[\s,]+/, ''),
        );
      const weak = tests.some(cannotFail)
        ? [weakening('health_check_cannot_fail', file.path, 'a health check cannot fail')]
        : [];
      return [
        ...weak,
        ...hit(
          added.filter(({ text }) => !removed.some((one) => one.text.trim() === text.trim())),
          signs,
        ),
        ...hit(gone, lost),
      ];
    });
}

/** The key of a line, which may be indented or quoted otherwise now. */
const keyOf = (text: string): string => /^\s*(?:-\s*)?[^:]*:?/.exec(text)![0].replaceAll(/\s/g, '');
