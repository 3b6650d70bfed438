import { locate, valueAt } from '../../../patches/yaml-document.ts';
import { isMapValue } from '../../../patches/yaml-value.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { composeFact, setIn } from '../../reading/changes.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { change, finding } from '../../reading/findings.ts';
import { checkLines, engineLines } from '../../reading/lines.ts';
import { readStack, type Stack } from '../../reading/stack.ts';

const network =
  /network "?(?<name>[\w.-]+)"? (?:declared as external, but could not be found|not found)|external network "?(?<other>[\w.-]+)"? (?:not found|could not be found)/;
const volume =
  /external volume "?(?<name>[\w.-]+)"? not found|volume "?(?<other>[\w.-]+)"? declared as external, but could not be found/;

/** 26: a network or volume of others is not there. The one with nearly its name is meant; none is created. */
export const externalAbsent: Rule = (capture) => {
  const stack = readStack(capture);
  const { error, warnings } = capture.compose;
  const said: Fact[] = [error, ...warnings]
    .filter((text) => text !== null)
    .map((text) => ({ text, source: { kind: 'compose' } }));
  const lines = [
    ...said,
    ...capture.services.flatMap((one) => engineLines(one).map(({ fact }) => fact)),
    ...checkLines(capture).map(({ fact }) => fact),
  ];
  return lines
    .flatMap((fact) => [
      ...absent(stack, fact, network, 'networks', capture.networks),
      ...absent(stack, fact, volume, 'volumes', capture.volumes),
    ])
    .slice(0, 1);
};

function absent(
  stack: Stack,
  fact: Fact,
  words: RegExp,
  kind: 'networks' | 'volumes',
  there: readonly string[],
): Finding[] {
  const groups = words.exec(fact.text)?.groups;
  const name = groups?.['name'] ?? groups?.['other'];
  if (name === undefined || there.includes(name)) return [];
  const keys = stack.sources.flatMap(({ value }) => {
    const map = valueAt(value, [kind]);
    return isMapValue(map)
      ? Object.entries(map).filter(
          ([key, one]) => isMapValue(one) && Boolean(one.external) && nameOf(key, one) === name,
        )
      : [];
  });
  const [found] = keys;
  if (found === undefined) return [];
  const [key] = found;
  const path = [kind, key];
  const own = there.filter((one) => !['bridge', 'host', 'none'].includes(one));
  // Compose puts the name of the project before what it creates
  const prefixed = own.filter((one) => one.endsWith(`_${name}`));
  const right = nearest(name, own) ?? (prefixed.length === 1 ? prefixed[0]! : null);
  const one = kind === 'networks' ? 'network' : 'volume';
  const of = { class: 'external_absent' as const, service: null };
  const cause = `the ${one} ${name}, which others create, is not there`;
  const facts = [fact, ...composeFact(stack, path)];
  if (right === null)
    return [
      finding({ ...of, confidence: 0.8 }, cause, facts, {
        kind: 'needs_value',
        what: `the ${one} that ${name} stands for; create it with: docker ${one} create ${name}`,
      }),
    ];
  const external = stack.sources
    .map((source) => locate(source, [...path, 'external', 'name']))
    .some((at) => at !== null);
  const operation = setIn(stack, [...path, ...(external ? ['external', 'name'] : ['name'])], right);
  return [
    finding(
      { ...of, confidence: 0.85 },
      `${cause}, but ${right}`,
      facts,
      change([operation], `the name of the ${one} ${key}`),
    ),
  ];
}

/** The name of a network or volume for the Engine. */
function nameOf(key: string, settings: Record<string, unknown>): string {
  const { name, external } = settings;
  if (typeof name === 'string') return name;
  return isMapValue(external) && typeof external.name === 'string' ? external.name : key;
}
