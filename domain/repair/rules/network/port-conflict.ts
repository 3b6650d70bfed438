import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { checkLines, engineLines, findLine, type Line } from '../../reading/lines.ts';
import { publishedPorts, type PublishedPort } from '../../reading/ports.ts';
import { readStack, serviceNames, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const taken =
  /port is already allocated|address already in use|address in use|port \d+ is already (?:allocated|in use)|forbidden by its access permissions/i;

/** 10: two services of the file publish one port. The one that could not start gets another one, at the same address. */
export const portConflict: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const line = findLine([...engineLines(service), ...checkLines(capture, service.name)], taken);
    return line === null ? [] : conflict(stack, service.name, line);
  });
};

function conflict(stack: Stack, service: string, line: Line): Finding[] {
  const address = /(?<![\w.])(?:\d+\.\d+\.\d+\.\d+:)?(\d{2,5})(?![\w.])|:(\d{2,5})(?!\d)/g;
  const named = new Set(
    [...line.text.matchAll(address)].map(([, plain, behind]) => Number(plain ?? behind)),
  );
  const own = publishedPorts(stack, service).find(({ published }) => named.has(published ?? 0));
  if (own === undefined || own.published === null) return [];
  const port = own.published;
  const others = serviceNames(stack).filter((name) => name !== service);
  const twins = others.flatMap((name) =>
    publishedPorts(stack, name)
      .filter(({ published, host_ip }) => published === port && meets(host_ip, own.host_ip))
      .map(({ fact }) => ({ name, fact })),
  );
  const of = { class: 'port_conflict' as const, service };
  const [twin] = twins;
  if (twin === undefined) {
    const holder = stack.capture.ports_in_use.find((one) => one.port === port)?.container;
    const who =
      holder === undefined || holder === null
        ? 'something outside the stack'
        : `the container ${holder}`;
    return [
      finding(
        { ...of, confidence: 0.8 },
        `port ${port} of the host is held by ${who}`,
        [line.fact, own.fact],
        {
          kind: 'advice',
          todo: `Stop ${who}, or choose another host port for ${service}.`,
        },
      ),
    ];
  }
  const free = freePort(stack, port);
  const facts = [line.fact, own.fact, twin.fact, ...(free.fact === null ? [] : [free.fact])];
  return [
    finding(
      { ...of, confidence: free.fact === null ? 0.8 : 0.9 },
      `${service} and ${twin.name} both publish port ${port}`,
      facts,
      change([own.setPublished(free.port)], `another host port than ${port} for ${service}`),
    ),
  ];
}

const isAny = (ip: PublishedPort['host_ip']): boolean =>
  ip === null || ip === '0.0.0.0' || ip === '::' || ip === '[::]';
const meets = (a: string | null, b: string | null): boolean => isAny(a) || isAny(b) || a === b;

/** A port that documents of the stack name and nothing has, else the next one that is free. */
function freePort(stack: Stack, port: number): { port: number; fact: Fact | null } {
  const published = serviceNames(stack).flatMap((name) =>
    publishedPorts(stack, name).map((one) => one.published),
  );
  const used = new Set([...published, ...stack.capture.ports_in_use.map((one) => one.port)]);
  const documented = stack.capture.files
    .filter(
      ({ path, text }) =>
        text !== null &&
        /\.(?:md|rst|adoc|txt)$|(?:^|\/)README|\.env\.(?:example|sample)$/i.test(path),
    )
    .flatMap(({ path, text }) =>
      [...text!.matchAll(/(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{4,5})(?!\d)/g)].map(
        (match) => ({
          port: Number(match[1]),
          fact: lineFact({ path, text: text! }, lineAt(text!, match.index)),
        }),
      ),
    )
    .filter((one) => !used.has(one.port));
  const ports = new Set(documented.map((one) => one.port));
  if (ports.size === 1) return documented[0]!;
  let next = port + 1;
  while (used.has(next)) next++;
  return { port: next, fact: null };
}
