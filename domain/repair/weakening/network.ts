import { listOf, mapOf, textOf, weakening, type ComposeModel, type Weakening } from './word.ts';

type Service = Record<string, unknown>;

/** A published port: where it can be reached from, and what it leads to. */
interface Published {
  target: string;
  ip: string;
  protocol: string;
}

export function portWeakenings(name: string, was: Service, is: Service): Weakening[] {
  const [old, now] = [portsOf(was['ports']), portsOf(is['ports'])];
  const wide = (ports: Published[]): number => ports.filter(({ ip }) => !isLoopback(ip)).length;
  if (now.length > old.length) return [weakening('port_widened', name, 'it publishes more ports')];
  if (wide(now) > wide(old))
    return [weakening('port_widened', name, 'a port is published on more addresses')];
  return now.length < old.length
    ? [weakening('port_removed', name, 'it publishes fewer ports')]
    : [];
}

const isLoopback = (ip: string): boolean => /^(?:127\.|::1$|localhost$)/.test(ip);

const portsOf = (ports: unknown): Published[] =>
  listOf(ports)
    .map(mapOf)
    .filter(({ published }) => published !== undefined && published !== '')
    .map((port) => ({
      target: textOf(port['target']),
      ip: textOf(port['host_ip']),
      protocol: textOf(port['protocol']) || 'tcp',
    }));

interface Change {
  was: Service;
  is: Service;
  before: ComposeModel;
  after: ComposeModel;
}

export function networkWeakenings(name: string, { was, is, before, after }: Change): Weakening[] {
  const mode = textOf(is['network_mode']);
  if (mode !== textOf(was['network_mode']) && mode !== '' && mode !== 'none')
    return [weakening('network_widened', name, `it uses the network of ${mode}`)];
  const internal = (model: ComposeModel, network: string): boolean =>
    mapOf(mapOf(model['networks'])[network])['internal'] === true;
  const [old, now] = [namesOf(was['networks']), namesOf(is['networks'])];
  const open = now.find((network) => !internal(after, network));
  const closed = old.length > 0 && old.every((network) => internal(before, network));
  return closed && open !== undefined
    ? [weakening('network_widened', name, `it was cut off from outside, and ${open} is not`)]
    : [];
}

const namesOf = (networks: unknown): string[] =>
  Array.isArray(networks) ? networks.map(textOf) : Object.keys(mapOf(networks));
