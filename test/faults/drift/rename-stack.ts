import { obedient } from '../../stack/stack.ts';

type Fields = Record<string, unknown>;

export interface ComposeModel extends Fields {
  services: Record<string, Fields>;
  networks?: Record<string, Fields | null>;
  volumes?: Record<string, Fields | null>;
  configs?: Record<string, Fields>;
  secrets?: Record<string, Fields>;
}

/** As `obedient`, but without work while it waits. */
const idle = ['sh', '-c', "trap 'exit 0' TERM; sleep 86400 & wait"];

/** The same stack, with a prefix before everything that it names, so that it can stand beside others in one project. */
export function renamed(model: ComposeModel, prefix: string): ComposeModel {
  const own = (name: string): string => `${prefix}-${name}`;
  const keys = <T>(record: Record<string, T> = {}): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, one]) => [own(name), one]));
  const services = Object.entries(model.services).map(([name, service]) => {
    const fields = Object.entries(service).map(([key, value]) => {
      const rename = renamings[key];
      return [key, rename === undefined ? value : rename(value, model, own)] as const;
    });
    const whole: Fields = Object.fromEntries(fields);
    if (isText(whole['command'], obedient)) {
      whole['command'] = idle;
      // an Engine that stops ends it with 0, as a job that is done
      whole['restart'] ??= 'unless-stopped';
    }
    // its default network is that of its own stack, if it says something about that
    if (
      model.networks?.['default'] !== undefined &&
      !('networks' in whole || 'network_mode' in whole)
    )
      whole['networks'] = [own('default')];
    return [own(name), whole] as const;
  });
  const { networks, volumes, configs, secrets } = model;
  return {
    services: Object.fromEntries(services),
    ...(networks && { networks: keys(networks) }),
    ...(volumes && { volumes: keys(volumes) }),
    ...(configs && { configs: keys(configs) }),
    ...(secrets && { secrets: keys(secrets) }),
  };
}

type Rename = (value: unknown, model: ComposeModel, own: (name: string) => string) => unknown;

const isText = (value: unknown, words: readonly string[]): boolean =>
  JSON.stringify(value) === JSON.stringify(words);

/** A list of names, or a map by name. */
const named =
  (isOwn: (name: string, model: ComposeModel) => boolean): Rename =>
  (value, model, own) => {
    const rename = (name: string): string => (isOwn(name, model) ? own(name) : name);
    if (Array.isArray(value)) return value.map((name) => rename(String(name)));
    return Object.fromEntries(
      Object.entries(value as Fields).map(([name, one]) => [rename(name), one]),
    );
  };

const namespace: Rename = (value, _model, own) =>
  String(value).replace(/^service:(.*)$/, (_, name: string) => `service:${own(name)}`);

/** Names of configs or secrets, in their short form too, whose target is their name. */
const files =
  (kind: 'configs' | 'secrets'): Rename =>
  (value, _model, own) =>
    (value as (string | Fields)[]).map((one) => {
      const target = (name: string): string => (kind === 'configs' ? `/${name}` : name);
      if (typeof one === 'string') return { source: own(one), target: target(one) };
      const source = String(one['source']);
      return { target: target(source), ...one, source: own(source) };
    });

const renamings: Readonly<Record<string, Rename>> = {
  depends_on: named(() => true),
  networks: named((name, { networks }) => networks?.[name] !== undefined || name !== 'default'),
  network_mode: namespace,
  pid: namespace,
  ipc: namespace,
  links: (value, _model, own) =>
    (value as string[]).map((link) => {
      const [name = '', alias = name] = link.split(':');
      return `${own(name)}:${alias}`;
    }),
  volumes_from: (value, { services }, own) =>
    (value as string[]).map((one) => {
      const [name = '', ...rest] = one.split(':');
      return name in services ? [own(name), ...rest].join(':') : one;
    }),
  configs: files('configs'),
  secrets: files('secrets'),
  container_name: (value, _model, own) => `${String(value)}-${own('named')}`,
  volumes: (value, { volumes = {} }, own) =>
    (value as (string | Fields)[]).map((one) => {
      if (typeof one !== 'string')
        return one['type'] === 'volume' && String(one['source']) in volumes
          ? { ...one, source: own(String(one['source'])) }
          : one;
      const [source = '', ...rest] = one.split(':');
      return rest.length > 0 && source in volumes ? [own(source), ...rest].join(':') : one;
    }),
};
