import { replaceAt } from '../../../patches/edit.ts';
import type { Capture, CapturedFile } from '../../capture.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Fix, Rule } from '../../finding.ts';
import { lineAt, lineFact } from '../../reading/changes.ts';
import { editDistance } from '../../../checks/edit-distance.ts';
import { finding } from '../../reading/findings.ts';
import { allLines, findLine, type Line } from '../../reading/lines.ts';
import { addPackage, entriesOf, folderOf, lists, manifestFor } from '../../reading/manifests.ts';
import { normal, packageNames, versionsOf, type Language } from '../../reading/packages.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const python =
  /(?:ModuleNotFoundError|ImportError): No module named ['"]?([\w.]+)|^\S*python[\d.]*: No module named ([\w.]+)/;
const node = /Cannot find (?:module|package) ['"]((?:@[\w.-]+\/)?[A-Za-z][\w.-]*)(?:\/[^'"]*)?['"]/;

/** Modules that come with Node: a wrong path below one of them is no missing package. */
const builtin =
  /^(?:assert|buffer|child_process|cluster|console|crypto|dgram|diagnostics_channel|dns|events|fs|http|http2|https|module|net|os|path|perf_hooks|process|punycode|querystring|readline|repl|sqlite|stream|string_decoder|test|timers|tls|tty|url|util|v8|vm|wasi|worker_threads|zlib)$/;
/** Modules that were part of Python and are no longer. */
const retired =
  /^(?:asynchat|asyncore|cgi|cgitb|crypt|distutils|imghdr|imp|nntplib|pipes|smtpd|sndhdr|spwd|telnetlib|uu|xdrlib)$/;

/** 22: a program needs a package that its list of dependencies lacks. It is added in the version that a lock names. */
export const dependencyMissing: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const lines = allLines(service);
    const one = findLine(lines, python);
    if (one !== null) {
      const module = (one.match[1] ?? one.match[2])!.split('.')[0]!;
      return retired.test(module) ? [] : missing(stack, service, 'python', module, one);
    }
    const two = findLine(lines, node);
    return two === null || builtin.test(two.match[1]!)
      ? []
      : missing(stack, service, 'node', two.match[1]!, two);
  });
};

function missing(
  stack: Stack,
  service: CapturedService,
  language: Language,
  module: string,
  line: Line,
): Finding[] {
  const { capture } = stack;
  if (isOwn(language, module, capture)) return [];
  const importers = capture.files.filter((file) => importsIt(language, module, file));
  const manifest = manifestFor(language, folderFor(stack, service, importers), capture.files);
  const names = packageNames(language, module);
  const of = { class: 'dependency_missing' as const, service: service.name };
  const cause = `${service.name} needs ${names[0]!}, which is not installed`;
  const first = importers[0];
  const proof =
    first === undefined
      ? []
      : [lineFact({ path: first.path, text: first.text! }, importLine(module, first.text!))];
  const facts = [line.fact, ...proof];
  if (manifest === null)
    return [
      finding({ ...of, confidence: 0.7 }, cause, facts, {
        kind: 'needs_value',
        what: `the list of dependencies that ${service.name} is installed from`,
      }),
    ];
  const [version] = versionsOf(
    language,
    names,
    capture.files.filter((file) => file !== manifest || language === 'node'),
  );
  if (lists(manifest, names) && !isDevelopmentOnly(manifest.text, module, language)) {
    const todo = `${manifest.path} lists ${names[0]!} already: build the image of ${service.name} again, or install from that file.`;
    return [finding({ ...of, confidence: 0.6 }, cause, facts, { kind: 'advice', todo })];
  }
  const typo = misspelled(manifest, names, capture);
  if (typo !== null) {
    const { name, start } = typo;
    const by = version?.name ?? names[0]!;
    const written = lineFact(manifest, lineAt(manifest.text, start));
    const operation = replaceAt(manifest.path, start, name, by);
    return [
      finding(
        { ...of, confidence: 0.8 },
        `${manifest.path} says ${name} where ${service.name} needs ${by}`,
        [...facts, written],
        { kind: 'change', operations: [operation] },
      ),
    ];
  }
  const added = version === undefined ? null : addPackage(manifest, version.name, version.version);
  const fix: Fix =
    added === null
      ? {
          kind: 'needs_value',
          what: `the version of ${names[0]!} for ${manifest.path}: no lock or constraint of the stack names one`,
        }
      : { kind: 'change', operations: [added] };
  return [
    finding(
      { ...of, confidence: added === null ? 0.8 : 0.9 },
      cause,
      [...facts, version?.fact ?? null].filter((fact) => fact !== null),
      fix,
    ),
  ];
}

/** A module of the program itself: it is not found for another reason. */
const isOwn = (language: Language, module: string, { files }: Capture): boolean =>
  language === 'python' &&
  files.some(({ path }) => new RegExp(`(?:^|/)${module}(?:\\.py$|/)`, 'i').test(path));

const importsIt = (language: Language, module: string, { path, text }: CapturedFile): boolean =>
  text !== null &&
  (language === 'python' ? /\.py$/ : /\.[cm]?[jt]sx?$/).test(path) &&
  !path.includes('node_modules/') &&
  importLine(module, text) > 0;

/** From 1; 0 if no line imports it. */
function importLine(module: string, text: string): number {
  const name = RegExp.escape(module);
  return (
    text
      .split('\n')
      .findIndex((line) =>
        new RegExp(
          `^\\s*(?:import|from)\\s+${name}\\b|(?:require|import)\\s*\\(?\\s*['"]${name}(?:/[^'"]*)?['"]|from\\s*['"]${name}(?:/[^'"]*)?['"]`,
        ).test(line),
      ) + 1
  );
}

/** The folder of the program: that of the only file that imports the module, or what the image is built from. */
function folderFor(
  stack: Stack,
  service: CapturedService,
  importers: readonly CapturedFile[],
): string | null {
  const { build, volumes } = definitionOf(stack, service.name);
  const context =
    typeof build === 'string' ? build : (build as { context?: string } | undefined)?.context;
  const known = [context, ...sourcesOf(volumes)].filter((one) => typeof one === 'string');
  const folders = [...new Set(importers.map(({ path }) => folderOf(path)))];
  const built = folders.find((folder) =>
    known.some(
      (one) => folder !== '' && (one.endsWith(`/${folder}`) || one.replace(/^\.\//, '') === folder),
    ),
  );
  if (built !== undefined) return built;
  const own = folders.filter((folder) => folder.split('/').includes(service.name));
  return own.length === 1 ? own[0]! : folders.length === 1 ? folders[0]! : null;
}

const sourcesOf = (volumes: unknown): string[] =>
  Array.isArray(volumes)
    ? volumes
        .map((one: unknown) =>
          typeof one === 'string'
            ? one.split(':')[0]
            : (one as { source?: unknown } | null)?.source,
        )
        .filter((one) => typeof one === 'string')
    : [];

/** Listed for development only, which an image for production leaves out. */
function isDevelopmentOnly(text: string, module: string, language: Language): boolean {
  if (language !== 'node') return false;
  const block = (key: string): string =>
    new RegExp(`"${key}"\\s*:\\s*\\{([^{}]*)\\}`).exec(text)?.[1] ?? '';
  return (
    block('devDependencies').includes(`"${module}"`) &&
    !block('dependencies').includes(`"${module}"`)
  );
}

/** The one entry that is nearly the package, and that no file imports under its own name. */
function misspelled(
  manifest: CapturedFile & { text: string },
  names: readonly string[],
  capture: Capture,
): { name: string; start: number } | null {
  const near = entriesOf(manifest).filter(
    ({ name }) =>
      name.length >= 4 &&
      names.some((wanted) => {
        const edits = editDistance(normal(name), normal(wanted));
        return edits > 0 && edits <= (wanted.length < 6 ? 1 : 2);
      }) &&
      !capture.files.some(
        ({ path, text }) =>
          text !== null &&
          /\.(?:py|[cm]?[jt]sx?)$/.test(path) &&
          importLine(name.replaceAll('-', '_'), text) + importLine(name, text) > 0,
      ),
  );
  return near.length === 1 ? near[0]! : null;
}
