import type { CapturedService } from '../captured-service.ts';
import type { Fact, Finding, Rule } from '../finding.ts';
import { finding } from '../reading/findings.ts';
import { unresolvedHosts } from '../reading/hosts.ts';
import { allLines, findLine, type Line } from '../reading/lines.ts';
import { baseName } from '../reading/scripts.ts';
import { definitionOf, readStack, serviceNames, type Stack } from '../reading/stack.ts';
import { suspects } from '../reading/suspects.ts';

/** 31: what no change of a file can mend. The finding says what to do. */
export const external: Rule = (capture) => {
  const stack = readStack(capture);
  return [
    ...cycle(stack),
    ...suspects(stack).flatMap((service) =>
      [
        ...fullDisk(service),
        ...architecture(stack, service),
        ...clock(service),
        ...partner(stack, service),
        ...registry(service),
      ].slice(0, 1),
    ),
  ];
};

const advise = (
  service: string | null,
  confidence: number,
  cause: string,
  facts: readonly Fact[],
  todo: string,
): Finding =>
  finding({ class: 'external', service, confidence }, cause, facts, { kind: 'advice', todo });

function cycle({ capture }: Stack): Finding[] {
  const { error } = capture.compose;
  const path =
    error === null ? null : /(?:dependency )?cycle (?:found|detected):? ?(?<path>.*)/i.exec(error);
  if (path === null) return [];
  const names = path.groups!['path']!.replace(/: invalid.*$/, '');
  return [
    advise(
      null,
      0.95,
      `services wait for each other: ${names}`,
      [{ text: error!, source: { kind: 'compose' } }],
      `Remove one depends_on of ${names}: which service can start first is for you to say.`,
    ),
  ];
}

function fullDisk(service: CapturedService): Finding[] {
  const line = findLine(
    allLines(service),
    /No space left on device|ENOSPC(?!.*watch)|disk (?:is )?full|database or disk is full/i,
  );
  return line === null || /inotify|file watchers/i.test(line.text)
    ? []
    : [
        advise(
          service.name,
          0.9,
          `the disk of ${service.name} is full`,
          [line.fact],
          'Free space on the disk of the host, or on the volume: docker system df shows what the Engine holds.',
        ),
      ];
}

function architecture(stack: Stack, service: CapturedService): Finding[] {
  const line = findLine(allLines(service), /exec format error|cannot execute binary file/i);
  const own = service.image_config?.architecture;
  const { host } = stack.capture;
  if (line === null || own === undefined || own === '' || alike(own, host.architecture)) return [];
  return [
    advise(
      service.name,
      0.95,
      `the image of ${service.name} is for ${own}, and the host is ${host.architecture}`,
      [line.fact],
      `Use an image of ${baseName(service.image)} that is built for ${host.architecture}.`,
    ),
  ];
}

const same: Record<string, string> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
};
const alike = (a: string, b: string): boolean => (same[a] ?? a) === (same[b] ?? b);

function clock(service: CapturedService): Finding[] {
  const lines = allLines(service);
  const early = findLine(
    lines,
    /certificate is not yet valid|CERT_NOT_YET_VALID|Not yet valid|RequestTimeTooSkewed|clock (?:skew|is (?:behind|ahead|off))|token used before issued/i,
  );
  if (early !== null)
    return [
      advise(
        service.name,
        0.9,
        `the clock of the host is off, or a certificate begins later`,
        [early.fact],
        'Compare the clock of the host with the real time, and the dates of the certificate.',
      ),
    ];
  const late = findLine(lines, /certificate (?:has )?expired|CERT_HAS_EXPIRED/i);
  return late === null
    ? []
    : [
        advise(
          service.name,
          0.9,
          `a certificate that ${service.name} uses has expired`,
          [late.fact],
          'Renew the certificate, and compare the clock of the host with the real time.',
        ),
      ];
}

/** A host outside of the stack that cannot be resolved, or does not answer. */
function partner(stack: Stack, service: CapturedService): Finding[] {
  const isPublic = (host: string): boolean =>
    /\.[a-z]{2,}$/i.test(host) &&
    !/\.(?:local|internal|lan|localdomain|docker)$/i.test(host) &&
    !names(stack).includes(host);
  const unknown = unresolvedHosts(stack, service).find(({ host }) => isPublic(host));
  if (unknown !== undefined) return [down(service, unknown.host, unknown, 'cannot be resolved')];
  const words =
    /https?:\/\/(?:[^@/\s]*@)?(?<host>[\w.-]+)(?::\d+)?[^\n]*?(?:\b(?:50[0234]|429)\b|timed? ?out|ETIMEDOUT|refused|unreachable|reset)/i;
  const line = findLine(allLines(service), words);
  const host = line?.match.groups?.['host'];
  return line !== null && host !== undefined && isPublic(host)
    ? [down(service, host, line, 'does not answer as it should')]
    : [];
}

const down = (service: CapturedService, host: string, line: Line, how: string): Finding =>
  advise(
    service.name,
    0.85,
    `${host}, which is not of this stack, ${how}`,
    [line.fact],
    `See whether ${host} is up and can be reached from this host; nothing in the stack can mend it.`,
  );

/** Services, their aliases and host names that the file gives. */
const names = (stack: Stack): string[] =>
  serviceNames(stack).flatMap((name) => {
    const { hostname, container_name, extra_hosts, networks } = definitionOf(stack, name);
    return [name, hostname, container_name, JSON.stringify([extra_hosts, networks])]
      .filter((one) => typeof one === 'string')
      .flatMap((one) => one.match(/[\w.-]+/g) ?? []);
  });

function registry(service: CapturedService): Finding[] {
  const line = findLine(
    allLines(service),
    /toomanyrequests|pull rate limit|unauthorized: authentication required|denied: requested access to the resource/i,
  );
  return line === null
    ? []
    : [
        advise(
          service.name,
          0.85,
          `the registry refuses the image of ${service.name}`,
          [line.fact],
          'Sign in to the registry, or wait until its limit allows another pull.',
        ),
      ];
}
