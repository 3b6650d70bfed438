import { locate, type YamlPath } from '../../../patches/yaml-document.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { composeFact, setIn } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines, findLine } from '../../reading/lines.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** The most that a patch may allow. */
const most = { processes: 512, files: 65_536 } as const;
const noProcess =
  /can't start new thread|Resource temporarily unavailable|pthread_create failed|unable to create (?:new )?(?:native )?thread|fork(?:ing)? (?:failed|new process)|cannot fork|can't fork|EAGAIN.*spawn|spawn.*EAGAIN|newosproc/i;
const noFile = /EMFILE|Too many open files|ENFILE/i;

/** 27: a service reached the limit of its processes or open files. The limit is doubled. */
export const pidsLimit: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => [
    ...processes(stack, service),
    ...files(stack, service),
  ]);
};

function processes(stack: Stack, service: CapturedService): Finding[] {
  const hits = service.container?.pids_limit_hits ?? 0;
  const line = findLine(allLines(service), noProcess);
  const paths: YamlPath[] = [
    ['services', service.name, 'pids_limit'],
    ['services', service.name, 'deploy', 'resources', 'limits', 'pids'],
  ];
  // a refused process alone may be the host's: the counter, or a small limit of its own, shows whose it is
  const set = smallest(stack, paths);
  if (set === null || (hits === 0 && (line === null || set.value > 64))) return [];
  const counted: Fact[] =
    hits === 0
      ? []
      : [
          {
            text: `the limit of processes was hit ${hits} times`,
            source: { kind: 'engine', service: service.name },
          },
        ];
  return raised(stack, service, set, 'processes', [
    ...counted,
    ...(line === null ? [] : [line.fact]),
  ]);
}

function files(stack: Stack, service: CapturedService): Finding[] {
  const line = findLine(allLines(service), noFile);
  if (line === null) return [];
  const at = ['services', service.name, 'ulimits', 'nofile'];
  const set = smallest(stack, [at, [...at, 'soft']]);
  return set === null ? [] : raised(stack, service, set, 'files', [line.fact]);
}

interface Limit {
  path: YamlPath;
  value: number;
}

/** The limit that counts; null if none is set. */
function smallest(stack: Stack, paths: readonly YamlPath[]): Limit | null {
  const found = paths.flatMap((path) =>
    stack.sources.flatMap((source) => {
      const value = Number(locate(source, path)?.value ?? Number.NaN);
      return value > 0 ? [{ path, value }] : [];
    }),
  );
  return found.toSorted((a, b) => a.value - b.value)[0] ?? null;
}

function raised(
  stack: Stack,
  service: CapturedService,
  { path, value }: Limit,
  what: keyof typeof most,
  facts: readonly Fact[],
): Finding[] {
  const of = { class: 'pids_limit' as const, service: service.name };
  const cause = `${service.name} reached its limit of ${value} ${what}`;
  const shown = [...facts, ...composeFact(stack, path)];
  if (value >= most[what])
    return [
      finding({ ...of, confidence: 0.7 }, cause, shown, {
        kind: 'advice',
        todo: `See why ${service.name} needs so many ${what}: it may leak them.`,
      }),
    ];
  const next = Math.min(value * 2, most[what]);
  const hard = path.at(-1) === 'soft' ? [...path.slice(0, -1), 'hard'] : null;
  const least = hard === null ? null : smallest(stack, [hard]);
  const operations = [
    setIn(stack, path, next),
    ...(hard !== null && least !== null && least.value < next ? [setIn(stack, hard, next)] : []),
  ];
  return [
    finding(
      { ...of, confidence: 0.9 },
      cause,
      shown,
      change(operations, `the limit of ${what} of ${service.name}`),
    ),
  ];
}
