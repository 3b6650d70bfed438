type Service = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** What a service takes of its host, as `docker compose config` prints it. */
export interface Taken {
  /** Sources of bind mounts. */
  sources: string[];
  /** Published ports, as `address:port/protocol`; all addresses are `*`. */
  ports: string[];
  image: string | null;
}

export function takenBy(service: Service): Taken {
  const sources = listOf(service['volumes'])
    .filter(({ type }) => type === 'bind')
    .map(({ source }) => textOf(source));
  const ports = listOf(service['ports']).flatMap(({ published, host_ip, protocol }) => {
    const port = textOf(published);
    const address = textOf(host_ip);
    const all = address === '' || address === '0.0.0.0' || address === '::';
    return port === '' || port.includes('-')
      ? []
      : [`${all ? '*' : address}:${port}/${textOf(protocol) || 'tcp'}`];
  });
  return { sources, ports, image: textOf(service['image']) || null };
}

/** A place in a container on which two things are mounted; Compose and the Engine take the last without a word. */
export function mountedTwice(service: Service): string | null {
  const targets = [
    ...listOf(service['volumes']),
    ...listOf(service['secrets']),
    ...listOf(service['configs']),
  ]
    .map(({ target }) => textOf(target).replace(/(?<=.)\/+$/, ''))
    .filter((target) => target.startsWith('/'));
  return targets.find((target, at) => targets.indexOf(target) !== at) ?? null;
}

/** Whether two published ports cannot both be bound. */
export function collide(one: string, other: string): boolean {
  const [address, port] = splitPort(one);
  const [second, same] = splitPort(other);
  return port === same && (address === second || address === '*' || second === '*');
}

function splitPort(text: string): [string, string] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
}
