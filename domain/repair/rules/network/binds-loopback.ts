import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact, replaceWord, setIn } from '../../reading/changes.ts';
import { commandParts } from '../../reading/command.ts';
import { setVariable, variablesOf } from '../../reading/environment.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines, findLine } from '../../reading/lines.ts';
import { refused } from '../../reading/error-texts.ts';
import { isLoopback, filesOf } from '../../reading/listeners.ts';
import { publishedPorts } from '../../reading/ports.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';
import { hostOf, portOf, suspects } from '../../reading/suspects.ts';

/** 16: a service listens on its own loopback only, so that nothing else reaches it. It binds all its addresses. */
export const bindsLoopback: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const sockets = service.container?.listening ?? [];
    const { network_mode } = definitionOf(stack, service.name);
    if (network_mode !== undefined && network_mode !== null) return [];
    // 127.0.0.11 is Docker's resolver
    const closed = sockets.filter(
      ({ address, port }) =>
        isLoopback(address) &&
        address !== '127.0.0.11' &&
        !sockets.some((one) => one.port === port && !isLoopback(one.address)),
    );
    const ports = [...new Set(closed.map(({ port }) => port))];
    return ports
      .filter((port) => isRefusedFromOutside(stack, service, port))
      .map((port) => loopback(stack, service.name, port));
  });
};

function loopback(stack: Stack, service: string, port: number): Finding {
  const listens: Fact = {
    text: `127.0.0.1:${port} listens, and no other address`,
    source: { kind: 'engine', service },
  };
  const place = settingOf(stack, service, port);
  return finding(
    { class: 'binds_loopback', service, confidence: place === null ? 0.8 : place.confidence },
    `${service} listens on port ${port} of its own loopback only`,
    [listens, ...(place === null ? [] : [place.fact])],
    change(
      place === null ? [] : [place.operation],
      `the setting by which ${service} chooses its address; it should be 0.0.0.0`,
    ),
  );
}

function isRefusedFromOutside(stack: Stack, service: CapturedService, port: number): boolean {
  const ports = new Set(
    publishedPorts(stack, service.name)
      .filter(({ target }) => target === port)
      .map(({ published }) => published),
  );
  const checked = stack.capture.red.some(({ url, cause, detail, evidence, service: of }) => {
    const isIts =
      url !== null &&
      ((hostOf(url) === service.name && portOf(url) === port) ||
        (of === service.name && (portOf(url) === port || ports.has(portOf(url)))));
    return (
      isIts &&
      (cause?.startsWith('connection_re') === true || refused.test(`${detail} ${evidence}`))
    );
  });
  const address = new RegExp(
    `(?:${RegExp.escape(service.name)}|\\d+\\.\\d+\\.\\d+\\.\\d+)\\D{0,30}?${port}(?!\\d)`,
  );
  const others = suspects(stack).filter(({ name }) => name !== service.name);
  return (
    checked ||
    others.some(
      (one) =>
        findLine(
          allLines(one).filter(
            ({ text }) => refused.test(text) && !/127\.0\.0\.1|localhost/.test(text),
          ),
          address,
        ) !== null,
    )
  );
}

interface Place {
  operation: Operation | null;
  fact: Fact;
  confidence: number;
}

const ownAddress = /127\.0\.0\.1|localhost|\[?::1\]?/;
const bindKey =
  /^(?:HOST|HOSTNAME|IP|(?:\w+_)?(?:BIND|LISTEN|INTERFACE|BINDING)(?:_?(?:ADDR(?:ESS)?|HOST|IP|ON))?|(?:SERVER|APP|HTTP|WEB|API|UVICORN|FLASK_RUN|NUXT|NITRO|VITE|SERVICE|LISTENING|NODE|ROCKET|GRADIO_SERVER|STREAMLIT_SERVER)_?(?:HOST|ADDR(?:ESS)?|NAME|IP)|(?:\w+_)?ADDR|ASPNETCORE_URLS|GUNICORN_CMD_ARGS)$/;
const bindFlag =
  /^--?(?:\w+-)?(?:host(?:name)?|bind(?:-addr(?:ess)?)?|b|h|H|l|addr(?:ess)?|listen(?:-addr(?:ess)?)?|ip|interface|http[.-]addr(?:ess)?)$/;

function settingOf(stack: Stack, service: string, port: number): Place | null {
  const own = new RegExp(`^${service.replaceAll(/\W/g, '_')}_(?:HOST|BIND|ADDR|LISTEN)$`, 'i');
  for (const { key, raw, fact, replace } of variablesOf(stack, service)) {
    const address = ownAddress.exec(raw ?? '')?.[0];
    if (address !== undefined && (bindKey.test(key) || own.test(key)) && !otherPort(raw!, port))
      return { operation: replace(address, '0.0.0.0'), fact, confidence: 0.95 };
  }
  return (
    inCommand(stack, service, port) ?? inFile(stack, service, port) ?? addFlag(stack, service, port)
  );
}

const otherPort = (text: string, port: number): boolean => {
  const named = /(?:127\.0\.0\.1|localhost|::1\]?):(\d+)/.exec(text)?.[1];
  return named !== undefined && Number(named) !== port;
};

function inCommand(stack: Stack, service: string, port: number): Place | null {
  const parts = commandParts(stack, service);
  for (const [at, { text, source, path, fact }] of parts.entries()) {
    const address = ownAddress.exec(text)?.[0];
    if (address === undefined || otherPort(text, port)) continue;
    const flag =
      new RegExp(`(--?[\\w.-]+)(?:=|\\s+)['"]?${RegExp.escape(address)}`).exec(text)?.[1] ??
      parts[at - 1]?.text ??
      '';
    const isServer =
      bindFlag.test(flag) ||
      /(?:runserver|-S)\s+(?:127|localhost)/.test(text) ||
      literalsFor(port).test(text) ||
      // the very address on which it was seen to listen
      new RegExp(`(?:^|[\\s=])['"]?${RegExp.escape(address)}:${port}['"]?(?:\\s|$)`).test(text) ||
      /^(?:runserver|-S)$/.test(flag);
    if (isServer)
      return {
        operation: replaceWord(stack, source, path, [address, '0.0.0.0']),
        fact,
        confidence: 0.95,
      };
  }
  return null;
}

/** Where programs and configurations name the address that they listen on. */
const literalsFor = (port: number): RegExp =>
  new RegExp(
    `(?:\\blisten\\s+|\\.listen\\(\\s*(?:\\w+|${port}),\\s*['"]|\\bhost(?:name)?\\s*[=:]\\s*['"]?|^\\s*bind\\s+|listen_addresses\\s*=\\s*'|^\\s*bind-address\\s*=\\s*|HTTPServer\\(\\(['"]|ListenAndServe\\("|net\\.Listen\\("tcp", "|\\.bind\\(\\(?['"])(127\\.0\\.0\\.1|localhost)(?![\\w.]|:(?!${port}\\b))`,
    'gm',
  );

/** Words beside the address of a peer, which is no address to listen on. */
const client = /database|password|postgres|mysql|redis\.|Redis\(|mongo|smtp|amqp|createClient/i;

/** A server's configuration or a program that names its own address, or a variable for it. */
function inFile(stack: Stack, service: string, port: number): Place | null {
  const files = filesOf(stack, service);
  const variable =
    /(?:process\.env\.|environ(?:\.get)?[([]['"]|getenv\(['"]|Getenv\("|ENV(?:\.fetch\(|\[)['"])(\w+)[^\n]{0,12}?(?:\?\?|\|\||,|\bor\b)\s*['"](?:127\.0\.0\.1|localhost)['"]/g;
  for (const { path, text } of files) {
    const name = [...text.matchAll(variable)].find(([, key]) => bindKey.test(key!));
    if (name !== undefined)
      return {
        operation: setVariable(stack, service, [name[1]!, '0.0.0.0']),
        fact: lineFact({ path, text }, lineAt(text, name.index)),
        confidence: 0.85,
      };
  }
  const found = files.flatMap((file) =>
    [...file.text.matchAll(literalsFor(port))]
      .filter(({ index }) => !client.test(file.text.slice(Math.max(0, index - 150), index + 150)))
      .map((match) => ({ file, match })),
  );
  if (found.length !== 1) return null;
  const [{ file, match }] = found as [(typeof found)[number]];
  const end = match.index + match[0].length;
  const start = end - match[1]!.length;
  return {
    operation: replaceAt(file.path, start, match[1]!, '0.0.0.0'),
    fact: lineFact({ path: file.path, text: file.text }, lineAt(file.text, start)),
    confidence: 0.8,
  };
}

/** The flags of servers that bind their loopback unless they are asked. */
const servers: [RegExp, (port: number) => string[]][] = [
  [/(?:^|[\s/])flask\s(?:.*\s)?run\b/, () => ['--host=0.0.0.0']],
  [/(?:^|[\s/])(?:uvicorn|hypercorn)\s|fastapi (?:dev|run)/, () => ['--host=0.0.0.0']],
  [/(?:^|[\s/])(?:rails|puma) s(?:erver)?\b/, () => ['--binding=0.0.0.0']],
  [/manage\.py runserver$/, (port) => [`0.0.0.0:${port}`]],
  [/(?:^|[\s/])gunicorn\s/, (port) => [`--bind=0.0.0.0:${port}`]],
  [/(?:^|[\s/])(?:vite|astro|nuxt)(?:\s+(?:dev|preview))?$/, () => ['--host=0.0.0.0']],
];

function addFlag(stack: Stack, service: string, port: number): Place | null {
  const parts = commandParts(stack, service).filter(({ path }) => path[2] === 'command');
  const text = parts.map((part) => part.text).join(' ');
  const flags = servers.find(
    ([pattern]) => pattern.test(text) && !/--host|--bind|-b /.test(text),
  )?.[1](port);
  const last = parts.at(-1);
  if (flags === undefined || last === undefined) return null;
  const isList = typeof last.path.at(-1) === 'number';
  const single = { ...stack, sources: [last.source] };
  const operation = isList
    ? setIn(single, [...last.path.slice(0, -1), parts.length], flags[0]!)
    : setIn(single, last.path, `${last.text} ${flags[0]}`);
  return { operation, fact: last.fact, confidence: 0.8 };
}
