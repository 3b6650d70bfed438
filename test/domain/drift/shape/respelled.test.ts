import { describe, expect, test } from 'vitest';
import { composeConfig } from '../../../../contracts/compose.ts';
import { judge } from '../../../../domain/drift/judge.ts';
import type { Declared, DeclaredStack, Inspected } from '../../../../domain/drift/readout.ts';
import { aspects } from '../../../../domain/drift/shape/differences.ts';
import { unseenValues } from '../../../../domain/drift/shape/unproved.ts';
import { serviceSettings } from './service-settings.ts';
import { factsOf, readoutOf, recordedStacks, type RecordedStack } from '../recorded.ts';

const stacks = recordedStacks();
type Value = unknown;
type Keys = readonly (string | number)[];

/** Every value of a service, by the keys that lead to it. */
const leavesOf = (value: Value, keys: Keys = []): Keys[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...keys, key]))
    : [keys];

/** Another value that Compose could take in its place. */
function otherThan(value: Value): Value {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (value === null) return undefined;
  if (typeof value !== 'string') return value;
  if (/^[\d.]+(ns|us|ms|s|m|h)/.test(value)) return '43s';
  return /^\d+$/.test(value) ? String(Number(value) + 1) : `${value}x`;
}

/** The service with another value there; without it if that is undefined. */
function withValue(service: Declared, keys: Keys, value: Value): Declared {
  const copy = structuredClone(service) as Record<string, Value>;
  let at: Record<string | number, Value> = copy;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string | number, Value>;
  const last = keys.at(-1)!;
  if (value !== undefined) (at as Record<string, Value>)[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

/** The kinds that are found if the file has another service than the one that the container was made from. */
function afterEdit(
  stack: RecordedStack,
  name: string,
  edit: (service: Declared) => Declared,
  isKnown: boolean,
): { kinds: string[]; same: boolean } {
  const config = JSON.parse(stack.config) as { services: Record<string, Declared> };
  const before = readoutOf(stack, 'stopped');
  config.services[name] = edit(config.services[name]!);
  if (!composeConfig.safeParse(config).success) return { kinds: [], same: true };
  const edited = { ...stack, config: JSON.stringify(config) };
  const readout = readoutOf(edited, 'stopped');
  const former = () =>
    unseenValues(before.declared.services[name]!, before.declared, (value) => value);
  const facts = factsOf(edited, readout, false, { only: name, ...(isKnown && { former }) });
  const [container] = facts.services[0]!.containers;
  return {
    kinds: judge(facts).map(({ kind }) => kind),
    same: container === undefined || container.same_definition !== false,
  };
}

/** What VX11 reads from the file at each start and stop, or decides itself. */
const ofVX11 = /^(restart|post_start|pre_stop|deploy\.restart_policy)\b/;
/** Which values Compose or the Engine has where the file says nothing, so that the file says the same without them. */
const usual = new Set([
  'command: null',
  'entrypoint: null',
  'environment.*: null',
  'ports.*.mode: "ingress"',
  'ports.*.protocol: "tcp"',
  'devices.*.target: "/dev/zero"',
  'devices.*.permissions: "rwm"',
  'secrets.*.target: "/run/secrets/key"',
  'ipc: "private"',
  'logging.driver: "json-file"',
]);
const placeOf = (keys: Keys): string =>
  keys
    .map((key, at) => (/^\d+$/.test(String(key)) || keys[at - 1] === 'environment' ? '*' : key))
    .join('.');

/** Edits of all services of the corpus, one value at a time, that would be taken for another spelling. */
function missed(isKnown: boolean): { places: Set<string>; edits: number } {
  const places = new Set<string>();
  let edits = 0;
  for (const stack of stacks) {
    const { services } = JSON.parse(stack.config) as { services: Record<string, Declared> };
    for (const [name, service] of Object.entries(services))
      for (const keys of leavesOf(service)) {
        const place = placeOf(keys);
        const value = keys.reduce(
          (at, key) => (at as Record<string, Value>)[key],
          service as Value,
        );
        for (const other of new Set([otherThan(value), undefined])) {
          if (ofVX11.test(place)) continue;
          // without its network mode a service has networks, which Compose adds
          if (other === undefined && place === 'network_mode') continue;
          if (other === undefined && usual.has(`${place}: ${JSON.stringify(value)}`)) continue;
          const { kinds, same } = afterEdit(
            stack,
            name,
            (one) => withValue(one, keys, other),
            isKnown,
          );
          if (same) continue;
          edits += 1;
          if (kinds.includes('definition_respelled') || kinds.length === 0)
            places.add(`${place} → ${other === undefined ? 'gone' : 'other'}`);
        }
      }
  }
  return { places, edits };
}
const leastEdits = 2500;

describe('a file in which one value is another one, or is gone, does not say the same', () => {
  test('if the definition before was read', () => {
    const { places, edits } = missed(true);
    expect([...places]).toEqual([]);
    expect(edits).toBeGreaterThan(leastEdits);
  });
  test('if nobody has read it, unless a container has no trace of it', () => {
    const { places } = missed(false);
    expect([...places].toSorted()).toEqual([
      'annotations.note → gone',
      'attach → gone',
      'blkio_config.weight → gone',
      'cgroup → gone',
      'deploy.mode → gone',
      'networks.out.aliases.* → gone',
      'networks.two.mac_address → gone',
      'networks.two.priority → gone',
      'platform → gone',
      'ports.*.mode → gone',
    ]);
  });
});

const title = 'environment from a map, a list and files';
const plain = stacks.find((one) => one.title === title)!;
const adding = (more: Declared) => afterEdit(plain, 'map', (one) => ({ ...one, ...more }), true);

describe('a setting of a service that was not there before', () => {
  test.each(Object.keys(serviceSettings))('%s is no other spelling', (key) => {
    const { kinds, same } = adding({ [key]: serviceSettings[key] });
    expect(same).toBe(false);
    expect(kinds).not.toContain('definition_respelled');
    expect(kinds).not.toEqual([]);
  });
});

/** All that is known of a definition: what a container has to be like, and what the comparison does not see. */
function knownOf(declared: Declared): string {
  const stack: DeclaredStack = { name: 'shop', services: {} };
  const around = { name: 'web', stack, image: {}, container: {} as Inspected };
  const pair = { ...around, declared, seal: String, sharedWith: () => null };
  return JSON.stringify([
    // compared by a kind of its own
    declared['image'],
    aspects.map((aspect) => aspect.expected(pair)),
    unseenValues(declared, stack, String),
  ]);
}

test.each(Object.keys(serviceSettings))('no value of %s changes without a trace', (key) => {
  const whole: Declared = { [key]: serviceSettings[key] };
  const lost = leavesOf(whole).filter((keys) => {
    const value = keys.reduce((at, one) => (at as Record<string, Value>)[one], whole as Value);
    return knownOf(withValue(whole, keys, otherThan(value))) === knownOf(whole);
  });
  expect(lost.map((keys) => keys.join('.'))).toEqual([]);
});
