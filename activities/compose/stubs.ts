import { isAlias, isMap, isScalar, parseDocument, visit, type Node, type Pair } from 'yaml';
import { standIn, type Model, type ModelService } from './model.ts';

/** The services in the text of a compose file. */
export interface ServiceTexts {
  text: string;
  names: string[];
  /**
   * All services except the given ones and those that they need: services that they extend or whose anchors they use.
   */
  without(group: readonly string[]): string[];
  pairs: ReadonlyMap<string, Pair<unknown, Node | null>>;
}

/** @returns null if no services can be found in the text */
export function servicesIn(text: string): ServiceTexts | null {
  const document = parseDocument(text, { merge: true, logLevel: 'silent' });
  if (document.errors.length > 0) return null;
  const services: unknown = document.get('services');
  if (!isMap(services)) return null;
  const pairs = new Map(
    services.items.map((pair) => [
      String(isScalar(pair.key) ? pair.key.value : pair.key),
      pair as Pair<unknown, Node | null>,
    ]),
  );
  const anchored = new Map<string, string>();
  for (const [name, pair] of pairs)
    visit(pair.value, {
      Node: (_, node) => void ('anchor' in node && node.anchor && anchored.set(node.anchor, name)),
    });
  const needs = (name: string, all = new Set<string>()): Set<string> => {
    if (all.has(name) || !pairs.has(name)) return all;
    all.add(name);
    const { value } = pairs.get(name)!;
    visit(value, {
      Alias: (_, { source }) => void (anchored.has(source) && needs(anchored.get(source)!, all)),
    });
    const extended: unknown = isMap(value) ? value.get('extends') : undefined;
    if (typeof extended === 'string') needs(extended, all);
    else if (isMap(extended) && !extended.has('file')) needs(String(extended.get('service')), all);
    return all;
  };
  const names = [...pairs.keys()];
  const without = (group: readonly string[]): string[] => {
    const kept = new Set(group.flatMap((name) => [...needs(name)]));
    return names.filter((other) => !kept.has(other));
  };
  return { text, names, without, pairs };
}

/** Replaces these services in the text with placeholders; everything else keeps its original form. */
export function stubbed({ text, pairs }: ServiceTexts, names: readonly string[]): string {
  const cuts = names.flatMap((name) => {
    const value = pairs.get(name)?.value;
    const range = value?.range;
    if (value === null || value === undefined || !range) return [];
    const own: unknown = isAlias(value) ? undefined : toData(value);
    return [{ from: range[0], to: range[1], stub: standIn(own as ModelService) }];
  });
  let result = text;
  for (const { from, to, stub } of cuts.toSorted((one, other) => other.from - one.from)) {
    const end = text.slice(from, to).endsWith('\n') ? '\n' : '';
    result = `${result.slice(0, from)}${JSON.stringify(stub)}${end}${result.slice(to)}`;
  }
  return result;
}

const toData = (value: Node): unknown => {
  const own: unknown = isMap(value) ? value.get('x-vx11') : undefined;
  return isMap(own) ? { 'x-vx11': own.toJSON() as unknown } : {};
};

/** Adds broken services to the model as placeholders, so that others may refer to them. */
export function withAll(model: Model, broken: ReadonlyMap<string, string>): Model {
  const stubs = [...broken.keys()].map((name) => [name, standIn(model.services?.[name])] as const);
  return { ...model, services: { ...model.services, ...Object.fromEntries(stubs) } };
}
