import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import { applyTyped } from '../../../domain/patches/typed/apply-typed.ts';
import { configDifference, unexplained } from '../../../domain/patches/typed/config-difference.ts';
import { collide, mountedTwice } from '../../../domain/patches/typed/surroundings.ts';

const effects = [{ path: ['services', 'web', 'environment', 'MODE'], value: 'b' }];
const set = (path: (string | number)[], expects: unknown, value: unknown): PatchOperation =>
  ({ op: 'set', file: 'compose.yaml', path, expect: expects, value, effects }) as PatchOperation;
const textAfter = (text: string, ...operations: PatchOperation[]): string => {
  const end = applyTyped(operations, [
    { path: 'compose.yaml', text, mode: 0o644 },
    { path: '.env', text: 'A=1 # one\nMODE="a"\n', mode: 0o600 },
  ]);
  return end.ok ? (end.files[0]?.after.text ?? 'unchanged') : end.because;
};
const mode = ['services', 'web', 'environment', 'MODE'];
const map = 'services:\n  web: # ours\n    environment:\n      MODE: a # why\n      X: "1"\n';

describe('a typed operation', () => {
  test.each<[string, string, PatchOperation, string]>([
    ['sets a variable', map, set(mode, 'a', 'b'), map.replace('MODE: a', 'MODE: b')],
    [
      'sets an item of a list',
      'services:\r\n  web:\r\n    environment:\r\n      - MODE=a\r\n',
      set([...mode.slice(0, 3), 0], 'MODE=a', 'MODE=b'),
      'services:\r\n  web:\r\n    environment:\r\n      - MODE=b\r\n',
    ],
    [
      'adds what is not there',
      map,
      set(['services', 'web', 'mem_limit'], null, '32m'),
      `${map}    mem_limit: 32m\n`,
    ],
    [
      'removes a line',
      map,
      { op: 'delete', file: 'compose.yaml', path: mode, expect: 'a', effects },
      map.replace('      MODE: a # why\n', ''),
    ],
    [
      'sets a variable of .env in its quotes',
      map,
      {
        op: 'set_variable',
        file: '.env',
        name: 'MODE',
        expect: 'a',
        value: 'b',
        effects,
      },
      'A=1 # one\nMODE="b"\n',
    ],
  ])('%s, and keeps every other byte', (_, text, operation, expected) =>
    expect(textAfter(text, operation)).toBe(expected),
  );

  test.each([
    ['finds something else than it expects', set(mode, 'c', 'b'), 'somebody changed it since'],
    [
      'names no file of the stack',
      { ...set(mode, 'a', 'b'), file: 'other.yaml' },
      'it is no file of the stack',
    ],
    [
      'leaves the folder',
      { ...set(mode, 'a', 'b'), file: '../x.yaml' },
      'it leads out of the folder',
    ],
    [
      'would write into .git',
      { ...set(mode, 'a', 'b'), file: '.git/config' },
      'it is inside of .git',
    ],
    ['goes through a text', set([...mode, 'x'], null, 'b'), 'cannot be changed there'],
  ])('is refused if it %s', (_, operation, because) =>
    expect(textAfter(map, operation)).toContain(because),
  );

  test('of which one fails, none has an effect', () => {
    const end = applyTyped(
      [set(mode, 'a', 'b'), set(mode, 'a', 'c')],
      [{ path: 'compose.yaml', text: map, mode: 0o644 }],
    );
    expect(end).toMatchObject({ ok: false });
  });

  const word = fc.stringMatching(/^[a-zA-Z_][\w]{0,8}$/);
  const value = fc.string({ unit: 'grapheme', maxLength: 12 });
  const comment = fc.constantFrom('', ' # why', ' # 日本');
  test('changes the bytes of its value only, in any file', () => {
    fc.assert(
      fc.property(
        fc.dictionary(word, fc.tuple(value, comment), { minKeys: 1, maxKeys: 6 }),
        value,
        fc.boolean(),
        fc.boolean(),
        (variables, wanted, crlf, bom) => {
          const names = Object.keys(variables);
          const name = names.at(-1)!;
          const lines = Object.entries(variables).map(
            ([key, [text, note]]) => `      ${key}: ${JSON.stringify(text)}${note}\n`,
          );
          const unix = `# head\nservices:\n  web:\n    environment:\n${lines.join('')}    tty: true\n`;
          const text = (bom ? '\uFEFF' : '') + (crlf ? unix.replaceAll('\n', '\r\n') : unix);
          const [now] = variables[name]!;
          const end = applyTyped(
            [set([...mode.slice(0, 3), name], now, wanted)],
            [{ path: 'compose.yaml', text, mode: 0o644 }],
          );
          if (!end.ok) return; // refused aloud is never wrong
          const result = end.files[0]?.after.text ?? text;
          expect(parse(result).services.web.environment[name]).toBe(wanted);
          const at = text.indexOf(`      ${name}: `) + `      ${name}: `.length;
          expect(result.slice(0, at)).toBe(text.slice(0, at));
          const rest = text.slice(at + JSON.stringify(now).length);
          expect(result.endsWith(rest)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the difference of what Compose prints', () => {
  const config = { services: { web: { environment: { MODE: 'a' }, ports: [{ target: 80 }] } } };
  const changed = (change: Edit): unknown => {
    const copy = structuredClone(config);
    change(copy);
    return copy;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- it makes what the type forbids
  type Edit = (one: any) => void;
  const asked = [set(mode, 'a', 'b')];
  const said = (after: unknown): string | null =>
    unexplained(asked, configDifference(config, after));

  test('is explained if it is exactly what the operations say', () =>
    expect(said(changed((one) => (one.services.web.environment.MODE = 'b')))).toBeNull());
  test('is explained whatever the order of keys', () =>
    expect(configDifference({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]));
  const logging = ['services', 'web', 'logging'];
  const logs = (path: string[], value: unknown): PatchOperation[] => [
    { ...set(path, null, value), effects: [{ path, value }] } as PatchOperation,
  ];
  const withLogs = (more: object) =>
    configDifference(
      config,
      changed((one) => (one.services.web.logging = { driver: 'local', ...more })),
    );
  test('is explained if the map that a new key belongs to comes with it', () =>
    expect(unexplained(logs([...logging, 'driver'], 'local'), withLogs({}))).toBeNull());
  test('a key that comes or goes without a value is a difference', () => {
    const [without, joined] = [{ networks: {} }, { networks: { back: null } }];
    const path = ['networks', 'back'];
    expect(configDifference(without, joined)).toEqual([{ path, before: null, after: {} }]);
    expect(configDifference(joined, without)).toEqual([{ path, before: {}, after: null }]);
    expect(configDifference(joined, {})).toEqual([{ path, before: {}, after: null }]);
    expect(configDifference(joined, joined)).toEqual([]);
  });
  test('is explained if a network comes or goes with the last service on it, and not if it does so by itself', () => {
    const on = (list: object) => ({ services: { web: { networks: list } } });
    const joined = { ...on({ back: null }), networks: { back: { name: 'shop_back', ipam: {} } } };
    const networks = ['services', 'web', 'networks'];
    const says = (value: unknown): PatchOperation[] => logs(networks, value);
    expect(unexplained(says(null), configDifference(joined, on({})))).toBeNull();
    expect(unexplained(says({ back: {} }), configDifference(on({}), joined))).toBeNull();
    const { networks: _, ...without } = joined;
    expect(unexplained(says(null), configDifference(joined, without))).toContain(
      'networks.back.ipam would change too',
    );
    const renamed = { ...on({}), networks: { back: { name: 'other', ipam: {} } } };
    expect(unexplained(says(null), configDifference(joined, renamed))).toContain(
      'networks.back.name would change too',
    );
  });
  test('is explained if a map comes that the operation says whole', () =>
    expect(unexplained(logs(logging, { driver: 'local' }), withLogs({}))).toBeNull());
  test('is not if that map has another key, or another value', () => {
    const more = { mode: 'blocking' };
    expect(unexplained(logs([...logging, 'driver'], 'local'), withLogs(more))).toContain(
      'logging.mode would change too',
    );
    expect(unexplained(logs(logging, { driver: 'other' }), withLogs({}))).toContain(
      'logging.driver would be read as "local"',
    );
    expect(unexplained(logs(logging, { driver: 'local' }), withLogs(more))).toContain(
      'logging.mode would be read as "blocking" and not as null',
    );
  });
  test.each<[string, Edit, string]>([
    [
      'another service changes too',
      (one) => {
        one.services.web.environment.MODE = 'b';
        one.services.api = {};
      },
      'services.api would change too',
    ],
    [
      'the value is read otherwise',
      (one) => (one.services.web.environment.MODE = true),
      'would be read as true',
    ],
    ['nothing changes', () => undefined, 'would stay as it is'],
    [
      'another key changes',
      (one) => {
        one.services.web.environment.MODE = 'b';
        one.services.web.ports = [];
      },
      'services.web.ports would change too',
    ],
  ])('is not if %s', (_, change, because) => expect(said(changed(change))).toContain(because));
});

test('an anchor that others share is not edited under them', () => {
  const text =
    'x-env: &env\n  MODE: a\nservices:\n  web: { environment: *env }\n  api: { environment: *env }\n';
  expect(textAfter(text, set(['x-env', 'MODE'], 'a', 'b'))).toContain(
    'cannot be changed there without changing something else',
  );
});

test.each([
  ['*:80/tcp', '127.0.0.1:80/tcp', true],
  ['127.0.0.1:80/tcp', '127.0.0.2:80/tcp', false],
  ['*:80/tcp', '*:80/udp', false],
])('ports %s and %s collide: %s', (one, other, expected) =>
  expect(collide(one, other)).toBe(expected),
);

test('two mounts on one place are found, with and without a slash at the end', () => {
  const volumes = [{ target: '/data' }, { target: '/data/' }];
  expect(mountedTwice({ volumes })).toBe('/data');
  expect(mountedTwice({ volumes: volumes.slice(1), secrets: [{ target: '/run/x' }] })).toBeNull();
  expect(stringify(volumes)).toContain('/data');
});
