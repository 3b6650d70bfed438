import { locate } from '../../../patches/yaml-document.ts';
import { isMapValue, type YamlValue } from '../../../patches/yaml-value.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { composeFact, setIn, sourceFor } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { unresolvedHosts } from '../../reading/hosts.ts';
import { allLines, type Line } from '../../reading/lines.ts';
import { isAnonymousRefusal, noSuchFile, pathsIn, refused } from '../../reading/error-texts.ts';
import { isLoopback } from '../../reading/listeners.ts';
import { mountAt } from '../../reading/mounts.ts';
import { variablesOf } from '../../reading/environment.ts';
import { definitionOf, namesIn, readStack, serviceNames, type Stack } from '../../reading/stack.ts';
import { dependenciesOf, suspects } from '../../reading/suspects.ts';

/** 8: a service ended because a peer was not ready yet. It waits for the peer. */
export const dependencyOrder: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const { container } = service;
    const fell =
      container !== null &&
      (container.restarts > 0 ||
        (container.state !== 'running' && (container.exit_code ?? 0) !== 0));
    if (!fell || container.out_of_memory) return [];
    const blamed = earlyPeers(stack, service);
    return [...new Map(blamed.map((one) => [one.peer.name, one])).values()].flatMap((one) =>
      waitFor(stack, service, one),
    );
  });
};

type Condition = 'service_healthy' | 'service_completed_successfully' | 'service_started';
interface Early {
  peer: CapturedService;
  line: Line;
}

/** The peers that a service could not reach, and that can be reached now, or that nothing starts with it. */
function earlyPeers(stack: Stack, service: CapturedService): Early[] {
  const peers = stack.capture.services.filter(({ name }) => name !== service.name);
  const lines = allLines(service);
  const isReady = ({ container }: CapturedService): boolean =>
    container?.state === 'running' &&
    !/unhealthy|starting/.test(container.health) &&
    container.listening.length > 0;
  const open = (peer: CapturedService, port: number): boolean =>
    peer.container?.listening.some((one) => one.port === port && !isLoopback(one.address)) === true;
  const byPort = lines
    .filter(({ text }) => refused.test(text) && !/127\.0\.0\.1|localhost|::1/.test(text))
    .flatMap((line) => {
      const named =
        /([A-Za-z][\w.-]*|\d+\.\d+\.\d+\.\d+)\]?(?:"|\))?(?: \([^)]*\))?['"]?(?::|, ?port[ =]|\/|,? port:? )(\d{2,5})(?!\d)/.exec(
          line.text,
        );
      const port = Number(named?.[2]);
      const found = peers.filter(
        (peer) =>
          (peer.name === named?.[1] ||
            /^\d/.test(named?.[1] ?? '') ||
            line.text.includes(`"${peer.name}"`)) &&
          open(peer, port),
      );
      return found.length === 1 && isReady(found[0]!) ? [{ peer: found[0]!, line }] : [];
    });
  const bySaying = lines.flatMap((line) => {
    const about = /the database system is (?:starting up|not yet accepting connections)/i.test(
      line.text,
    )
      ? 5432
      : /LOADING Redis is loading/i.test(line.text)
        ? 6379
        : null;
    const found = about === null ? [] : peers.filter((peer) => open(peer, about));
    return found.length === 1 && isReady(found[0]!) ? [{ peer: found[0]!, line }] : [];
  });
  const sharing = peers.filter(({ name }) => share(stack, service.name, name));
  const byName = unresolvedHosts(stack, service).flatMap((line) => {
    const peer = sharing.find(({ name }) => name === line.host);
    const sleeps = peer?.container === null && !isAwaited(stack, service.name, peer.name);
    return peer !== undefined && (isReady(peer) || sleeps) ? [{ peer, line }] : [];
  });
  // the line names nobody: it can only be the one peer that its settings name
  const anonymous = lines.find(({ text }) => isAnonymousRefusal(text));
  const needed = dependenciesOf(stack, service.name);
  const only = sharing.filter((peer) => needed.includes(peer.name) && isReady(peer));
  const byGuess =
    anonymous !== undefined &&
    only.length === 1 &&
    portsOf(stack, service.name, only[0]!).every((port) => open(only[0]!, port))
      ? [{ peer: only[0]!, line: anonymous }]
      : [];
  return [...byPort, ...bySaying, ...byName, ...byGuess, ...unfinished(service, peers, lines)];
}

/** The ports at which the settings of a service expect a peer. */
const portsOf = (stack: Stack, service: string, peer: CapturedService): number[] =>
  variablesOf(stack, service).flatMap(({ raw }) =>
    [
      ...(raw ?? '').matchAll(new RegExp(`(?<![\\w.-])${RegExp.escape(peer.name)}:(\\d+)`, 'g')),
    ].map(([, port]) => Number(port)),
  );

const share = (stack: Stack, a: string, b: string): boolean => {
  const [mine, theirs] = [a, b].map((name) => {
    const names = namesIn(definitionOf(stack, name).networks);
    return names.length === 0 ? ['default'] : names;
  });
  return mine!.some((name) => theirs!.includes(name));
};

const isAwaited = (stack: Stack, service: string, peer: string): boolean =>
  namesIn(definitionOf(stack, service).depends_on).includes(peer);

/** A one-shot that prepares the data, and had not ended when they were read. */
function unfinished(service: CapturedService, peers: CapturedService[], lines: Line[]): Early[] {
  const ended = peers.filter(
    ({ container }) => container?.state === 'exited' && container.exit_code === 0,
  );
  const query = lines.find(({ text }) =>
    /relation "[^"]+" does not exist|no such table|Table '[^']+' doesn't exist|UndefinedTable|Unknown database/i.test(
      text,
    ),
  );
  const byName = ended.filter(({ name }) =>
    /migrat|init|seed|setup|schema|bootstrap|prepare/i.test(name),
  );
  if (query !== undefined && byName.length === 1) return [{ peer: byName[0]!, line: query }];
  // a file of a volume that both mount
  return lines
    .filter(({ text }) => noSuchFile.test(text))
    .flatMap((line) => {
      const mounts = pathsIn(line.text).flatMap((path) => mountAt(service, path) ?? []);
      const makers = ended.filter(({ container }) =>
        container!.mounts.some(
          ({ source, type }) => type === 'volume' && mounts.some((one) => one.source === source),
        ),
      );
      return makers.length === 1 ? [{ peer: makers[0]!, line }] : [];
    })
    .slice(0, 1);
}

function waitFor(stack: Stack, service: CapturedService, { peer, line }: Early): Finding[] {
  const path = ['services', service.name, 'depends_on'];
  const source = sourceFor(stack, path);
  const written = source === null ? undefined : locate(source, path)?.value;
  const effective = definitionOf(stack, service.name).depends_on ?? written;
  const now = conditionOf(effective, peer.name);
  const wanted = conditionFor(stack, peer);
  if (needs(stack, peer.name, service.name)) return []; // a cycle would start neither
  const of = { class: 'dependency_order' as const, service: service.name };
  const { container } = peer;
  const cause =
    container === null
      ? `${service.name} needs ${peer.name}, which nothing starts with it`
      : `${service.name} started before ${peer.name} was ready, and ended`;
  const ready = {
    text: `${peer.name}: ${container === null ? 'not started' : `${container.state}, health ${container.health || 'none'}`}`,
    source: { kind: 'engine' as const, service: peer.name },
  };
  const facts = [line.fact, ready, ...composeFact(stack, path)];
  if (now === wanted)
    return now === 'service_started'
      ? [
          finding({ ...of, confidence: 0.6 }, cause, facts, {
            kind: 'needs_value',
            what: `a health check for ${peer.name}, so that ${service.name} can wait until it is ready`,
          }),
        ]
      : [];
  if (now === 'service_healthy' || now === 'service_completed_successfully') return [];
  const entry: YamlValue = { condition: wanted };
  const operation = Array.isArray(written)
    ? wanted === 'service_started'
      ? setIn(stack, [...path, written.length], peer.name)
      : setIn(stack, path, {
          ...Object.fromEntries(
            written.map((name) => [
              String(name),
              { condition: conditionOf(effective, String(name)) ?? 'service_started' },
            ]),
          ),
          [peer.name]: entry,
        })
    : isMapValue(written)
      ? now === null
        ? setIn(stack, [...path, peer.name], entry)
        : setIn(stack, [...path, peer.name, 'condition'], wanted)
      : setIn(stack, path, wanted === 'service_started' ? [peer.name] : { [peer.name]: entry });
  return [
    finding(
      { ...of, confidence: now === null ? 0.85 : 0.8 },
      cause,
      facts,
      change([operation], `how ${service.name} waits for ${peer.name}`),
    ),
  ];
}

function conditionOf(dependsOn: unknown, peer: string): Condition | null {
  if (!namesIn(dependsOn).includes(peer)) return null;
  const entry = isMapValue(dependsOn) ? dependsOn[peer] : null;
  return isMapValue(entry) && typeof entry.condition === 'string'
    ? (entry.condition as Condition)
    : 'service_started';
}

function conditionFor(stack: Stack, { name, container }: CapturedService): Condition {
  if (container?.state === 'exited' && container.exit_code === 0)
    return 'service_completed_successfully';
  const { healthcheck } = definitionOf(stack, name);
  const isChecked =
    /healthy/.test(container?.health ?? '') ||
    (isMapValue(healthcheck) && healthcheck.disable !== true);
  return isChecked ? 'service_healthy' : 'service_started';
}

/** Does a service wait for another one, also through others? */
function needs(stack: Stack, name: string, other: string, seen = new Set<string>()): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const direct = namesIn(definitionOf(stack, name).depends_on).filter((one) =>
    serviceNames(stack).includes(one),
  );
  return direct.includes(other) || direct.some((one) => needs(stack, one, other, seen));
}
