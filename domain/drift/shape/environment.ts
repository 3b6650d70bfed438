import { mapOf, textOf, type Aspect, type Leaves } from './aspect.ts';

/** Compose adds these from the settings of Docker's client. */
const proxies = /^(https?|ftp|no|all)_proxy$/i;

const pairsOf = (list: readonly string[] | null | undefined): [string, string | null][] =>
  (list ?? []).map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, null] : [entry.slice(0, at), entry.slice(at + 1)];
  });

/** Variables, from the file and its env files, else from the image. Values are sealed. */
export const environment: Aspect = {
  // what files of variables say is in `environment`, too
  compares: ['environment.**', 'env_file[]', 'env_file[].**'],
  follows: ['environment.**'],
  overlooks: ({ path }) => proxies.test(path.slice('environment.'.length)),
  expected({ declared, image, seal }) {
    const file = Object.entries(mapOf(declared['environment'])).map(
      ([name, value]) => [name, value === null ? null : textOf(value)] as const,
    );
    return leavesOf(new Map([...pairsOf(image.Env), ...file]), seal);
  },
  actual({ declared, container, seal }) {
    const own = mapOf(declared['environment']);
    const all = pairsOf(container.Config.Env);
    return leavesOf(new Map(all.filter(([name]) => name in own || !proxies.test(name))), seal);
  },
};

const leavesOf = (
  variables: ReadonlyMap<string, string | null>,
  seal: (value: string) => string,
): Leaves =>
  Object.fromEntries(
    [...variables].flatMap(([name, value]) =>
      value === null ? [] : [[`environment.${name}`, seal(value)]],
    ),
  );
