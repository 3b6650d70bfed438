import type { YamlSource } from '../../../patches/yaml-document.ts';
import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding } from '../../finding.ts';
import { lineAt, lineFact } from '../../reading/changes.ts';
import { editDistance } from '../../../checks/edit-distance.ts';
import { finding } from '../../reading/findings.ts';
import { allLines } from '../../reading/lines.ts';
import { baseName } from '../../reading/scripts.ts';
import type { Stack } from '../../reading/stack.ts';

/** A file of a mount that is not there, as the Engine says. */
export function missingMounts(stack: Stack, service: CapturedService): Finding[] {
  const words =
    /bind source path does not exist: (?<path>\S+)|error mounting "(?<other>[^"]+)"|mount source path ['"](?<third>[^'"]+)['"].*(?:no such|not exist)/;
  return allLines(service)
    .flatMap((line) => {
      const { path, other, third } = words.exec(line.text)?.groups ?? {};
      const named = path ?? other ?? third;
      return named === undefined || line.fact.source.kind !== 'engine'
        ? []
        : missingFile(stack, named, line.fact, service.name);
    })
    .slice(0, 1);
}

/** A file that the compose file names and the folder does not have: the same name elsewhere, or nearly the name here. */
export function missingFile(
  stack: Stack,
  path: string,
  fact: Fact,
  service: string | null,
): Finding[] {
  const base = baseName(path);
  const places = stack.sources.flatMap((source) => textPlaces(source, base, path));
  if (places.length === 0) return [];
  const files = stack.capture.files
    .map((file) => file.path)
    .filter((one) => !stack.capture.compose.files.includes(one));
  const written = places[0]!.written.replace(/^\.\//, '');
  if (files.includes(written)) return [];
  const moved = files.filter((one) => baseName(one) === base);
  const folder = written.slice(0, Math.max(written.lastIndexOf('/') + 1, 0));
  const near = files.filter(
    (one) =>
      editDistance(one.toLowerCase(), written.toLowerCase()) <= (base.length < 5 ? 1 : 2) &&
      one !== written,
  );
  const found = near.length > 0 ? near : moved;
  const of = { class: 'name_typo' as const, service };
  const cause = `the compose file names ${folder}${base}, and there is no such file`;
  const facts = [fact, ...places.map((place) => place.fact)];
  if (found.length !== 1)
    return [
      finding({ ...of, confidence: 0.7 }, cause, facts, {
        kind: 'needs_value',
        what: `the file that ${written} stands for`,
      }),
    ];
  const [right] = found as [string];
  return [
    finding({ ...of, confidence: 0.9 }, `${cause}, but ${right}`, facts, {
      kind: 'change',
      operations: places.map(({ replace }) => replace(right)),
    }),
  ];
}

interface FilePlace {
  written: string;
  fact: Fact;
  replace: (right: string) => Operation;
}

/** Where a compose file names a file that ends like a path. */
function textPlaces(source: YamlSource, base: string, path: string): FilePlace[] {
  const pattern = new RegExp(
    `(?<=^|[\\s'"\\[,])(?<written>(?:\\.{0,2}/)?(?:[\\w.@-]+/)*${RegExp.escape(base)})(?=[\\s'":,\\]]|$)`,
    'gm',
  );
  return [...source.text.matchAll(pattern)].flatMap(({ index, groups }) => {
    const written = groups!['written']!;
    const isSame = path.endsWith(written.replace(/^\.\//, ''));
    const prefix = written.startsWith('./') ? './' : '';
    return isSame && !written.startsWith('/')
      ? [
          {
            written,
            fact: lineFact(source, lineAt(source.text, index)),
            replace: (right: string): Operation =>
              replaceAt(source.path, index, written, `${prefix}${right}`),
          },
        ]
      : [];
  });
}
