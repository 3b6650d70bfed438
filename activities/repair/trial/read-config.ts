import { realpath } from 'node:fs/promises';
import { parse } from 'yaml';
import type { StackModel } from '../../../domain/repair/isolation/isolate.ts';
import { readMs } from '../../compose/read.ts';
import type { ReadCopy } from './read-copy.ts';

/** The whole stack as Compose reads it, with the settings of VX11, which its JSON leaves out of services. */
export async function wholeConfig(
  { call }: ReadCopy,
  project: string,
  signal: AbortSignal,
): Promise<unknown> {
  const { own } = call.as(project, null, signal);
  const [json, yaml] = await Promise.all([
    own(['config', '--format', 'json'], readMs),
    own(['config'], readMs),
  ]);
  const { services = {}, ...rest } = JSON.parse(json) as Partial<StackModel>;
  const { services: settings = {} } = parse(yaml) as Partial<StackModel>;
  const merged = Object.entries(services).map(([name, service]) => {
    const its = settings[name]?.['x-vx11'];
    return [name, its === undefined ? service : { ...service, 'x-vx11': its }] as const;
  });
  return { ...rest, services: Object.fromEntries(merged) };
}

/** What each source of a bind mount is, once its links are followed. */
export async function realPathsIn({ services }: StackModel): Promise<Map<string, string>> {
  const mounts = Object.values(services).flatMap(
    ({ volumes }) => (volumes ?? []) as { type?: string; source?: string }[],
  );
  const sources = mounts.flatMap(({ type, source }) =>
    type === 'bind' && source !== undefined ? source : [],
  );
  const real = sources.map(async (source) => realpath(source).catch(() => source));
  return new Map(
    (await Promise.all(real)).map((path, at): [string, string] => [sources[at]!, path]),
  );
}
