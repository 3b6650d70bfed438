import { replaceAt, type Operation } from '../../patches/edit.ts';
import { valueAt } from '../../patches/yaml-document.ts';
import type { CapturedFile } from '../capture.ts';
import type { Fact } from '../finding.ts';
import { lineAt, lineFact, replaceOnce, replaceWord } from './changes.ts';
import { commandParts } from './command.ts';
import { isEnvFile } from './env-file.ts';
import { setVariable, variablesOf } from './environment.ts';
import { isBelow, writtenMounts } from './mounts.ts';
import type { Stack } from './stack.ts';

export const isLoopback = (address: string): boolean =>
  /^(?:127\.|::1$|::ffff:127\.|0:0:0:0:0:0:0:1$)/.test(address);

/** Files of the stack that programs read, without the compose and env files, documents and tests. */
/** Files of the stack that programs read, without the compose and env files, documents and tests. */
export const programFiles = ({ capture }: Stack): ProgramFile[] =>
  capture.files.filter(
    (file): file is ProgramFile =>
      file.text !== null &&
      !capture.compose.files.includes(file.path) &&
      !isEnvFile(file) &&
      !/\.(?:md|rst|txt|lock|svg|html?|csv)$|(?:^|\/)(?:package-lock\.json|docs?\/)|test|spec|(?:^|\/)check|(?:^|\/)\.git\/|node_modules\//i.test(
        file.path,
      ),
  );

export type ProgramFile = CapturedFile & { text: string };

/** The program files that a service is built from or mounts; all of them if the compose file does not say. */
export function filesOf(stack: Stack, service: string): ProgramFile[] {
  const contexts = stack.sources.flatMap(({ value }) => {
    const build = valueAt(value, ['services', service, 'build']);
    return [typeof build === 'string' ? build : valueAt(build, ['context'])];
  });
  const mounts = writtenMounts(stack, service).map(({ source }) => source);
  const roots = [...contexts, ...mounts]
    .filter((root) => typeof root === 'string' && /^\.\/?|^\w[\w.-]*\//.test(root))
    .map((root) =>
      String(root)
        .replace(/^\.\/?/, '')
        .replace(/\/$/, ''),
    );
  const all = programFiles(stack);
  return roots.length === 0
    ? all
    : all.filter(({ path }) => roots.some((root) => root === '' || isBelow(path, root)));
}

/** A setting by which a service chooses its own port. */
export interface PortSetting {
  port: number;
  fact: Fact;
  set: (port: number) => Operation | null;
}

const portKey =
  /^(?:PORT|(?:\w+_)?(?:LISTEN|HTTP|HTTPS|SERVER|APP|WEB|API|BIND|SERVICE|LISTENING|NODE|UVICORN|FLASK_RUN|NGINX|ROCKET)_?PORT|SERVER_ADDR|(?:\w+_)?(?:LISTEN|BIND|ADDR|ADDRESS|URLS)(?:_ADDR(?:ESS)?)?)$/;
const portFlag =
  /^--?(?:(?:\w+-)?port|p|listen(?:-addr(?:ess)?)?|bind|b|addr(?:ess)?|http[.-](?:port|addr))(?:[= ]|$)/i;

export function ownPortSettings(stack: Stack, service: string): PortSetting[] {
  const own = new RegExp(`^${service.replaceAll(/\W/g, '_')}_(?:PORT|ADDR|LISTEN)$`, 'i');
  const variables = variablesOf(stack, service).flatMap(({ key, raw, fact, replace }) => {
    const port =
      portKey.test(key) || own.test(key)
        ? /(?:^|:)(\d{2,5})(?:\D*)$/.exec(raw ?? '')?.[1]
        : undefined;
    return port === undefined
      ? []
      : [{ port: Number(port), fact, set: (to: number) => replace(port, String(to)) }];
  });
  const parts = commandParts(stack, service);
  const flags = parts.flatMap(({ text, source, path, fact }, at) => {
    const setting = (port: string): PortSetting => ({
      port: Number(port),
      fact,
      set: (to) => replaceWord(stack, source, path, [port, String(to)]),
    });
    if (/^[\d.:[\]*a-z]*?(\d{2,5})$/i.test(text) && portFlag.test(parts[at - 1]?.text ?? ''))
      return [setting(/(\d{2,5})$/.exec(text)![1]!)];
    const inline = [
      ...text.matchAll(/(?:^|\s)(--?[\w.-]+)(?:=|\s+)[^\s=]*?(\d{2,5})(?=$|\s|["'])/g),
    ].filter(([, flag]) => portFlag.test(flag!));
    const bare =
      /(?:http\.server|runserver|-S)\s+(?:[\w.]+:)?(\d{2,5})/.exec(text)?.[1] ??
      (/^(?:http\.server|runserver|-S)$/.test(parts[at - 1]?.text ?? '')
        ? /(\d{2,5})$/.exec(text)?.[1]
        : undefined);
    return [
      ...inline.map(([, , port]) => setting(port!)),
      ...(bare === undefined ? [] : [setting(bare)]),
    ];
  });
  const said = [...variables, ...flags];
  return said.length > 0 ? said : inPrograms(stack, service);
}

/** Any text of a service's settings or command that is, or has, just this port. */
export function placesOf(stack: Stack, service: string, port: number): PortSetting[] {
  const digits = String(port);
  const variables = variablesOf(stack, service)
    .filter(({ raw }) => raw === digits)
    .map(({ fact, replace }) => ({ fact, set: (to: number) => replace(digits, String(to)) }));
  const parts = commandParts(stack, service)
    .filter(({ text }) => replaceOnce(text, digits, '') !== null)
    .map(({ source, path, fact }) => ({
      fact,
      set: (to: number) => replaceWord(stack, source, path, [digits, String(to)]),
    }));
  const all = variables.length > 0 ? variables : parts;
  return all.length === 1 ? all.map((one) => ({ port, ...one })) : [];
}

/** A port in a program: the default of a variable, which is set then, or the number itself. */
function inPrograms(stack: Stack, service: string): PortSetting[] {
  const byDefault =
    /(?:process\.env\.|environ(?:\.get)?[([]['"]|getenv\(['"]|Getenv\("|ENV(?:\.fetch\(|\[)['"])(\w*PORT)\b[^\n]{0,12}?(?:\?\?|\|\||,|\bor\b)\s*['"]?(\d{2,5})(?!\d)/g;
  const literal =
    /(?:\.listen\(\s*|\blisten\s+|ListenAndServe\("[\w.]*:|\bport\s*=\s*|Server\(\(['"][\w.]*['"],\s*)(\d{2,5})(?!\d)/g;
  return filesOf(stack, service).flatMap(({ path, text }) => {
    const variables = [...text.matchAll(byDefault)].map(({ 1: key, 2: port, index }) => ({
      port: Number(port),
      fact: lineFact({ path, text }, lineAt(text, index)),
      set: (to: number) => setVariable(stack, service, [key!, String(to)]),
    }));
    const numbers = [...text.matchAll(literal)].map(({ 0: whole, 1: port, index }) => {
      const end = index + whole.length;
      return {
        port: Number(port),
        fact: lineFact({ path, text }, lineAt(text, index)),
        set: (to: number): Operation => replaceAt(path, end - port!.length, port!, String(to)),
      };
    });
    return variables.length > 0 ? variables : numbers;
  });
}
