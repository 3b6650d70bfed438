import { parse } from 'yaml';
import { composeConfig, type ComposeConfig } from '../../contracts/compose.ts';
import { serviceName } from '../../contracts/text.ts';
import { ComposeError } from './compose-error.ts';
import { definitionsIn, type Definitions } from './definitions.ts';
import type { ComposeCall } from './run.ts';
import { spare } from './spare.ts';

/** The result of Compose reading the stack's files. */
export interface StackReading {
  config: ComposeConfig;
  definitions: Definitions;
  /** Services that cannot be opened with these files, each with the reason. */
  broken: ReadonlyMap<string, string>;
  /** The text that Compose reads in place of broken files; null if the files are valid. */
  sound: string | null;
}

/** Time limit; a read normally takes a tenth of a second. */
export const readMs = 30_000;

/** @throws ComposeError if no part of the stack can be read */
export async function readStack(call: ComposeCall): Promise<StackReading> {
  try {
    return await readWhole((args) => call.own(args, readMs), call.files.labels);
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const spared = await spare(call, error);
    if (spared === null) throw error;
    const { sound, broken } = spared;
    const rest = await readWhole((args) => call.on(sound, args, readMs), call.files.labels);
    return { ...rest, broken: new Map([...broken, ...rest.broken]), sound };
  }
}

/** Services of different profiles may share a container name, since only one of them can be up at a time. */
const sharedName = /container name "[^"]*" is already in use by service/;

type Ask = (args: string[]) => Promise<string>;

async function readWhole(ask: Ask, labels: boolean): Promise<StackReading> {
  try {
    return await readModel(ask, labels, []);
  } catch (error) {
    // Compose checks container names last, so everything else is valid
    if (!(error instanceof ComposeError && sharedName.test(error.message))) throw error;
    return readModel(ask, labels, ['--no-consistency']);
  }
}

async function readModel(ask: Ask, labels: boolean, flags: string[]): Promise<StackReading> {
  // the JSON output leaves out extension fields of services; the YAML output leaves out what the config hash needs
  const [yaml, json, labelFiles] = await Promise.all([
    ask(['config', ...flags]),
    ask(['config', ...flags, '--format', 'json']),
    labels ? labelFilesIn(ask) : new Map<string, string[]>(),
  ]);
  const definitions = definitionsIn(json, labelFiles);
  return { ...understand(parse(yaml)), definitions, sound: null };
}

/** Only the model before interpolation contains the names of label files. */
async function labelFilesIn(ask: Ask): Promise<Map<string, string[]>> {
  const flags = ['--no-interpolate', '--no-consistency', '--no-env-resolution'];
  const model = JSON.parse(await ask(['config', ...flags, '--format', 'json'])) as {
    services?: Record<string, { label_file?: string[] }>;
  };
  const files = Object.entries(model.services ?? {});
  return new Map(files.map(([name, { label_file = [] }]) => [name, label_file]));
}

/** Validates the VX11 settings. An invalid setting of a service makes only that service unavailable. */
function understand(output: unknown): Pick<StackReading, 'config' | 'broken'> {
  const parsed = composeConfig.safeParse(output);
  if (parsed.success) return { config: parsed.data, broken: new Map() };
  const broken = new Map<string, string>();
  const rest: string[] = [];
  for (const { path, message } of parsed.error.issues) {
    const line = `${path.join('.')}: ${message}`;
    const name = path[0] === 'services' && path.length > 1 ? String(path[1]) : null;
    if (name === null) rest.push(line);
    else broken.set(name, [...(broken.get(name)?.split('; ') ?? []), line].join('; '));
  }
  const model = output as { services: Record<string, unknown> };
  const services = Object.fromEntries(
    Object.entries(model.services ?? {})
      // a service whose name VX11 does not accept cannot be listed
      .filter(([name]) => serviceName.safeParse(name).success)
      .map(([name, one]) => [name, broken.has(name) ? {} : one]),
  );
  const again = rest.length > 0 ? null : composeConfig.safeParse({ ...model, services });
  if (again?.success !== true) throw new ComposeError([...rest, ...broken.values()].join('; '));
  return { config: again.data, broken };
}
