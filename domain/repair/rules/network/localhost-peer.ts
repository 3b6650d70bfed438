import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact, replaceOnce, replaceWord } from '../../reading/changes.ts';
import { commandParts, partsOf } from '../../reading/command.ts';
import { setVariable, variablesOf } from '../../reading/environment.ts';
import { change, finding } from '../../reading/findings.ts';
import { logLines } from '../../reading/lines.ts';
import { isAnonymousRefusal, refused } from '../../reading/error-texts.ts';
import { isLoopback, filesOf } from '../../reading/listeners.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const local = /(localhost|127\.0\.0\.1|\[?::1\]?)\D{0,60}?(\d{2,5})(?!\d|\.\d)/i;

/** 17: a service looks for a peer on its own loopback. One other service listens on that port: its name is set. */
export const localhostPeer: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    if (definitionOf(stack, service.name).network_mode === 'host') return [];
    return refusedPorts(stack, service).flatMap(({ port, fact }) =>
      peerFindings(stack, service, port, fact),
    );
  });
};

/** The ports of its own loopback that a service was refused at. Older drivers of Postgres say it in three lines. */
function refusedPorts(stack: Stack, service: CapturedService): { port: number; fact: Fact }[] {
  const lines = logLines(service);
  const found = new Map<number, Fact>();
  for (const [at, line] of lines.entries()) {
    const isSplit = line.text.includes('Is the server running on');
    const parts = isSplit ? [lines[at + 1], line, lines[at - 1]] : [line];
    const text = parts.map((part) => part?.text ?? '').join(' ');
    const port = refused.test(text) ? Number(local.exec(text)?.[2] ?? 0) : 0;
    if (port !== 0 && !found.has(port)) found.set(port, line.fact);
  }
  const anonymous = lines.find(({ text }) => isAnonymousRefusal(text));
  if (found.size === 0 && anonymous !== undefined)
    for (const { raw } of variablesOf(stack, service.name)) {
      const port = /(?:localhost|127\.0\.0\.1):(\d{2,5})/.exec(raw ?? '')?.[1];
      if (port !== undefined) found.set(Number(port), anonymous.fact);
    }
  return [...found].map(([port, fact]) => ({ port, fact }));
}

function peerFindings(stack: Stack, service: CapturedService, port: number, said: Fact): Finding[] {
  if (service.container?.listening.some((one) => one.port === port) === true) return [];
  const peers = stack.capture.services.filter(
    ({ name, container }) =>
      name !== service.name &&
      (container?.listening.some((one) => one.port === port && !isLoopback(one.address)) === true ||
        ((container === null || container.listening.length === 0) &&
          partsOf(stack, name, 'expose').some(({ text }) => Number.parseInt(text, 10) === port))),
  );
  if (peers.length !== 1) return [];
  const peer = peers[0]!.name;
  const of = { class: 'localhost_peer' as const, service: service.name };
  const cause = `${service.name} looks for port ${port} on its own loopback, where ${peer} is not`;
  const listens: Fact = {
    text: `port ${port} is open in ${peer}`,
    source: { kind: 'engine', service: peer },
  };
  const places = settings(stack, service.name, port, peer);
  const operations = places.map(({ operation }) => operation);
  const facts = [said, listens, ...places.map(({ fact }) => fact)];
  const what = `the setting of ${service.name} that names localhost for port ${port}; ${peer} is the host`;
  return [
    finding(
      { ...of, confidence: places.length === 0 ? 0.7 : 0.95 },
      cause,
      facts,
      change(operations, what),
    ),
  ];
}

interface Place {
  operation: Operation | null;
  fact: Fact;
}

const hostNames = ['localhost', '127.0.0.1', '[::1]'];
const usualKeys: Record<number, RegExp> = {
  5432: /PG|POSTGRES|DB|DATABASE|SQL/,
  3306: /MYSQL|MARIA|DB|DATABASE|SQL/,
  6379: /REDIS|CACHE|QUEUE|BROKER|VALKEY/,
  27017: /MONGO|DB|DATABASE/,
  5672: /AMQP|RABBIT|BROKER|QUEUE/,
  9200: /ELASTIC|SEARCH|ES_/,
  11211: /MEMCACHE|CACHE/,
  9092: /KAFKA|BROKER/,
  4222: /NATS/,
};

/** Where the stack says `localhost` for that port: settings first, then commands, then files of the service. */
function settings(stack: Stack, service: string, port: number, peer: string): Place[] {
  const variables = variablesOf(stack, service);
  const withPort = variables.flatMap(({ raw, fact, replace }) =>
    hostNames
      .filter((host) => raw?.includes(`${host}:${port}`))
      .map((host) => ({ operation: replace(`${host}:${port}`, `${peer}:${port}`), fact })),
  );
  if (withPort.length > 0) return withPort;
  const alone = variables.filter(({ key, raw }) => {
    if (
      !hostNames.some(
        (host) =>
          raw === host || new RegExp(`(?://|@)${RegExp.escape(host)}(?:/|$)`).test(raw ?? ''),
      )
    )
      return false;
    const sibling = variables.find(
      (one) =>
        one.key === key.replace(/HOST(?:NAME)?|SERVER|ADDR(?:ESS)?/, 'PORT') && one.key !== key,
    );
    const named = key.toUpperCase().includes(peer.toUpperCase().replaceAll(/\W/g, '_'));
    return sibling === undefined
      ? named || usualKeys[port]?.test(key.toUpperCase()) === true
      : sibling.raw === String(port);
  });
  if (alone.length > 0)
    return alone.map(({ raw, fact, replace }) => ({
      operation: replace(
        hostNames.find((host) => raw!.includes(host))!,
        peer,
      ),
      fact,
    }));
  const commands = commandParts(stack, service).filter(({ text }) => text.includes(String(port)));
  const named = commands.flatMap(({ text, source, path, fact }) =>
    hostNames
      .filter((host) => replaceOnce(text, host, peer) !== null)
      .map((host) => ({ operation: replaceWord(stack, source, path, [host, peer]), fact })),
  );
  if (named.length > 0) return named;
  return inFiles(stack, service, port, peer);
}

/** A default in the program that a variable overrides, or the address itself in a file. */
function inFiles(stack: Stack, service: string, port: number, peer: string): Place[] {
  const files = filesOf(stack, service);
  const overridable =
    /(?:process\.env\.|environ(?:\.get)?[([]['"]|getenv\(['"]|Getenv\("|ENV(?:\.fetch\(|\[)['"]|\$\{)(\w+)['"]?[^\n]{0,12}?(?:\?\?|\|\||,|:-|\bor\b|:)\s*['"]?(?:localhost|127\.0\.0\.1)(?=['"}\s])/;
  const names = files.flatMap((file) =>
    file.text.split(/\r?\n/).flatMap((line, at) => {
      const name = overridable.exec(line)?.[1];
      const isIts =
        name !== undefined &&
        (usualKeys[port]?.test(name.toUpperCase()) === true ||
          name.toUpperCase().includes(peer.toUpperCase().replaceAll(/\W/g, '_')));
      return isIts ? [{ name, fact: lineFact({ path: file.path, text: file.text }, at + 1) }] : [];
    }),
  );
  if (names.length > 0)
    return [
      { operation: setVariable(stack, service, [names[0]!.name, peer]), fact: names[0]!.fact },
    ];
  const address = new RegExp(
    `(?<![\\w.])(localhost|127\\.0\\.0\\.1|\\[::1\\]):${port}(?!\\d)`,
    'g',
  );
  return files.flatMap(({ path, text }) => {
    return [...text.matchAll(address)].map((match) => ({
      operation: replaceAt(path, match.index, match[1]!, peer),
      fact: lineFact({ path, text }, lineAt(text, match.index)),
    }));
  });
}
