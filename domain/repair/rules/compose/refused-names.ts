import { locate, valueAt, type YamlPath, type YamlSource } from '../../../patches/yaml-document.ts';
import { renameKey } from '../../../patches/yaml-ranges.ts';
import { isMapValue } from '../../../patches/yaml-value.ts';
import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { Fact, Finding } from '../../finding.ts';
import { asOperation, lineFact } from '../../reading/changes.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { change, finding } from '../../reading/findings.ts';
import { keysOf, serviceNames, type Stack } from '../../reading/stack.ts';
import { missingFile } from './missing-file.ts';

/** Where something is named, and the change of it; null if it cannot be written. */
interface Place {
  operation: Operation | null;
  fact: Fact;
}

/** What Compose says of names that nothing in the file has. */
const unknownNames: readonly {
  words: RegExp;
  kind: 'services' | 'networks' | 'volumes' | 'configs' | 'secrets';
}[] = [
  {
    words:
      /service "?(?<service>[\w.-]+)"? (?:depends on|has neither.*|refers to) undefined service "?(?<name>[\w.-]+)"?/,
    kind: 'services',
  },
  {
    words: /service "?(?<service>[\w.-]+)"? refers to undefined network "?(?<name>[\w.-]+)"?/,
    kind: 'networks',
  },
  {
    words: /service "?(?<service>[\w.-]+)"? refers to undefined volume "?(?<name>[\w.-]+)"?/,
    kind: 'volumes',
  },
  {
    words: /service "?(?<service>[\w.-]+)"? refers to undefined config "?(?<name>[\w.-]+)"?/,
    kind: 'configs',
  },
  {
    words: /service "?(?<service>[\w.-]+)"? refers to undefined secret "?(?<name>[\w.-]+)"?/,
    kind: 'secrets',
  },
];
const noFile =
  /(?:env file|open|stat|bind source path does not exist:|no such file or directory:)\s+"?(?<path>[^\s":]+\.?[\w.-]*)"?(?: not found|: no such file|$|:)/i;

export function refusedNames(stack: Stack, error: string): Finding[] {
  const fact: Fact = { text: error, source: { kind: 'compose' } };
  for (const { words, kind } of unknownNames) {
    const { service, name } = words.exec(error)?.groups ?? {};
    if (service === undefined || name === undefined) continue;
    const known =
      kind === 'services'
        ? serviceNames(stack)
        : stack.sources.flatMap(({ value }) => keysOf(valueAt(value, [kind])));
    const right = nearest(
      name,
      known.filter((one) => one !== service),
      name.length < 5 ? 1 : 2,
    );
    const places = stack.sources.flatMap((source) =>
      namedIn(source, ['services', service], name, right),
    );
    const cause = `${service} names ${name}, which is none of the ${kind} of the file`;
    const of = { class: 'name_typo' as const, service };
    const facts = [fact, ...places.map((place) => place.fact)];
    return [
      right === null
        ? finding({ ...of, confidence: 0.8 }, cause, facts, {
            kind: 'needs_value',
            what: `which of the ${kind} ${service} means by ${name}`,
          })
        : finding(
            { ...of, confidence: 0.95 },
            `${cause}, but ${right} is`,
            facts,
            change(
              places.map(({ operation }) => operation),
              `where ${service} names ${name}`,
            ),
          ),
    ];
  }
  const path = noFile.exec(error)?.groups?.['path'];
  return path === undefined ? [] : missingFile(stack, path, fact, null);
}

/** The places of a service that name something: items and keys of its lists and maps, and the sources of its mounts. */
function namedIn(source: YamlSource, path: YamlPath, name: string, right: string | null): Place[] {
  const keys = [
    'depends_on',
    'networks',
    'volumes',
    'configs',
    'secrets',
    'links',
    'volumes_from',
    'extends',
    'network_mode',
    'pid',
    'ipc',
  ];
  const search = (value: unknown, at: YamlPath): Place[] => {
    const line = (): Fact => lineFact(source, locate(source, at)!.line);
    if (Array.isArray(value)) return value.flatMap((one, index) => search(one, [...at, index]));
    if (isMapValue(value))
      return Object.entries(value).flatMap(([key, one]) => {
        const own = [...at, key];
        const edit = key === name && right !== null ? renameKey(source, own, right) : null;
        const here =
          key === name
            ? [
                {
                  operation: asOperation(edit),
                  fact: lineFact(source, locate(source, own)!.line),
                },
              ]
            : [];
        return [...here, ...search(one, own)];
      });
    const text = typeof value === 'string' ? value : '';
    const whole = text === name || text.startsWith(`${name}:`) || text === `service:${name}`;
    if (!whole) return [];
    const { range } = locate(source, at)!.node!;
    const start = range![0] + source.text.slice(range![0], range![1]).indexOf(name);
    return [
      {
        operation: right === null ? null : replaceAt(source.path, start, name, right),
        fact: line(),
      },
    ];
  };
  return keys.flatMap((key) => search(valueAt(source.value, [...path, key]), [...path, key]));
}
