import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact, replaceWord } from '../../reading/changes.ts';
import { commandParts, partsOf } from '../../reading/command.ts';
import { variablesOf } from '../../reading/environment.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines, findLine } from '../../reading/lines.ts';
import { refused } from '../../reading/error-texts.ts';
import { isLoopback, ownPortSettings, placesOf, programFiles } from '../../reading/listeners.ts';
import { publishedPorts } from '../../reading/ports.ts';
import { readStack, serviceNames, type Stack } from '../../reading/stack.ts';
import { hostOf, portOf, suspects } from '../../reading/suspects.ts';

/** A place that says on which port a service listens. */
interface Statement {
  port: number;
  fact: Fact;
  /** The service whose setting it is, if that is another one. */
  by?: string;
  /** Null for a check, which is never moved. */
  set: ((port: number) => Operation | null) | null;
}

/** 1: the process listens on one port, and others expect it on another one. The minority follows the majority. */
export const wrongPort: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => portFindings(stack, service));
};

/** Usual ports of UDP, where nothing listens in the sense of TCP: DNS, NTP, SNMP, syslog, Jaeger, StatsD, GELF. */
const datagrams = new Set([53, 123, 161, 514, 6831, 6832, 8125, 12_201]);

function portFindings(stack: Stack, service: CapturedService): Finding[] {
  const listening = service.container?.listening ?? [];
  const open = [
    ...new Set(listening.filter((one) => !isLoopback(one.address)).map(({ port }) => port)),
  ];
  const said = statementsAbout(stack, service.name);
  const closed = said
    .map(({ port }) => port)
    .filter((port) => listening.every((one) => one.port !== port));
  const isRed = (name: string | undefined): boolean =>
    stack.capture.red.some((check) => check.service === name);
  // a program may keep to itself that it was refused
  const silent = said.find(
    ({ port, by }) =>
      closed.includes(port) && by !== undefined && isRed(by) && !datagrams.has(port),
  );
  const wanted = closed.find((port) => isRefused(stack, service, port)) ?? silent?.port;
  const settings = ownPortSettings(stack, service.name);
  const spare = open.filter((port) => said.every((one) => one.port !== port));
  const candidates = open.length === 1 ? open : spare;
  const actual =
    candidates.length === 1
      ? candidates[0]
      : candidates.find((port) => settings.some((one) => one.port === port));
  if (wanted === undefined || actual === undefined) return [];

  const [wrong, right] = [
    said.filter(({ port }) => port === wanted),
    said.filter(({ port }) => port === actual),
  ];
  const known = settings.filter(({ port }) => port === actual);
  const own = known.length > 0 ? known : placesOf(stack, service.name, actual);
  const cause = `${service.name} listens on ${actual}, but port ${wanted} is expected`;
  const listens: Fact = {
    text: `${listening.find(({ port }) => port === actual)!.address}:${actual} listens`,
    source: { kind: 'engine', service: service.name },
  };
  const facts = [listens, ...[...wrong, ...right, ...own].map(({ fact }) => fact)];
  const what = `the port of ${service.name}: it listens on ${actual}, and ${wanted} is expected`;
  const moves = (places: { set: Statement['set'] }[], port: number): (Operation | null)[] =>
    places.map(({ set }) => set?.(port) ?? null);
  const isFixed = wrong.some(({ set }) => set === null);
  const of = { class: 'wrong_port' as const, service: service.name };
  const movers = {
    process: finding({ ...of, confidence: 0.9 }, cause, facts, change(moves(own, wanted), what)),
    others: finding({ ...of, confidence: 0.9 }, cause, facts, change(moves(wrong, actual), what)),
  };
  const weight = wrong.length - (right.length + 1);
  if (own.length === 0 || (weight < 0 && !isFixed)) return [movers.others];
  if (weight > 0 || isFixed) return [movers.process];
  return [
    { ...movers.others, confidence: 0.7 },
    { ...movers.process, confidence: 0.6 },
  ];
}

/** Did somebody try this port of the service in vain? */
function isRefused(stack: Stack, service: CapturedService, port: number): boolean {
  const { capture } = stack;
  const names = (text: string): boolean =>
    new RegExp(`(?:port[ =]|:)${port}(?!\\d)`, 'i').test(text) && refused.test(text);
  const check = capture.red.some(
    ({ url, cause, detail, evidence, service: of }) =>
      ((hostOf(url) === service.name || of === service.name) &&
        url !== null &&
        (portOf(url) === port ||
          publishedPorts(stack, service.name).some(
            (one) => one.published === portOf(url) && one.target === port,
          )) &&
        (cause?.startsWith('connection_re') === true || refused.test(`${detail} ${evidence}`))) ||
      (of === service.name && names(`${detail} ${evidence}`)),
  );
  const health = service.container?.health_log ?? [];
  return (
    check ||
    health.some(
      ({ exit_code, output }) =>
        exit_code !== 0 &&
        /refused|can't connect|couldn't connect/i.test(output) &&
        !new RegExp(`:(?!${port})\\d+`).test(output),
    ) ||
    suspects(stack).some(
      (one) =>
        findLine(
          allLines(one).filter(({ text }) => names(text)),
          refused,
        ) !== null,
    )
  );
}

function statementsAbout(stack: Stack, service: string): Statement[] {
  return [
    ...publishedPorts(stack, service).map(({ target, fact, setTarget }) => ({
      port: target,
      fact,
      set: setTarget,
    })),
    ...exposed(stack, service),
    ...healthUrls(stack, service),
    ...peers(stack, service),
    ...checks(stack, service),
  ];
}

const exposed = (stack: Stack, service: string): Statement[] =>
  partsOf(stack, service, 'expose').flatMap(({ text, source, path, fact }) =>
    /^\d+(?:\/\w+)?$/.test(text)
      ? [
          {
            port: Number.parseInt(text, 10),
            fact,
            set: (port: number) =>
              replaceWord(stack, source, path, [text.split('/')[0]!, String(port)]),
          },
        ]
      : [],
  );

const healthUrls = (stack: Stack, service: string): Statement[] =>
  partsOf(stack, service, 'healthcheck', 'test').flatMap(({ text, source, path, fact }) => {
    const [, host, port] =
      /(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?:[:/ ](\d{2,5})\b)?/.exec(text) ?? [];
    if (host === undefined || (port === undefined && !text.includes(`http://${host}`))) return [];
    const set = (to: number) =>
      port === undefined
        ? replaceWord(stack, source, path, [host, `${host}:${to}`])
        : replaceWord(stack, source, path, [port, String(to)]);
    return [{ port: Number(port ?? 80), fact, set }];
  });

/** What the settings and files of other services say. */
function peers(stack: Stack, service: string): Statement[] {
  const address = new RegExp(`(?<![\\w.-])${RegExp.escape(service)}:(\\d{2,5})(?!\\d)`);
  const others = serviceNames(stack).filter((name) => name !== service);
  const settings = others.flatMap((name) => {
    const variables = variablesOf(stack, name);
    const urls = variables.flatMap(({ raw, fact, replace }) => {
      const port = address.exec(raw ?? '')?.[1];
      const set = (to: number) => replace(`${service}:${port}`, `${service}:${to}`);
      return port === undefined ? [] : [{ port: Number(port), fact, set }];
    });
    const pairs = variables.flatMap(({ key, raw }) => {
      const port =
        raw === service
          ? variables.find(
              (one) => one.key === key.replace(/HOST(?:NAME)?$/, 'PORT') && one.key !== key,
            )
          : undefined;
      if (port === undefined || !/^\d+$/.test(port.raw ?? '')) return [];
      return [
        {
          port: Number(port.raw),
          fact: port.fact,
          set: (to: number) => port.replace(port.raw!, String(to)),
        },
      ];
    });
    const commands = commandParts(stack, name).flatMap(({ text, source, path, fact }) => {
      const port = address.exec(text)?.[1];
      const set = (to: number) =>
        replaceWord(stack, source, path, [`${service}:${port}`, `${service}:${to}`]);
      return port === undefined ? [] : [{ port: Number(port), fact, set }];
    });
    return [...urls, ...pairs, ...commands].map((one) => ({ ...one, by: name }));
  });
  const files = programFiles(stack).flatMap((file) => {
    const text = file.text;
    const found = [...text.matchAll(new RegExp(address, 'g'))];
    return found.map((match) => {
      const start = match.index + service.length + 1;
      const set = (to: number): Operation => replaceAt(file.path, start, match[1]!, String(to));
      return {
        port: Number(match[1]),
        fact: lineFact({ path: file.path, text }, lineAt(text, start)),
        set,
      };
    });
  });
  return [...settings, ...files];
}

const checks = (stack: Stack, service: string): Statement[] =>
  stack.capture.red.flatMap(({ url, name }) => {
    const port = url !== null && hostOf(url) === service ? portOf(url) : null;
    return port === null
      ? []
      : [
          {
            port,
            fact: { text: url!, source: { kind: 'check' as const, check: name } },
            set: null,
          },
        ];
  });
