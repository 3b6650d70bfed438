import { stat } from 'node:fs/promises';
import type { ComposeConfig } from '../../contracts/compose.ts';
import { ComposeError } from './compose-error.ts';
import {
  serviceHashes,
  type ContainerOf,
  type Definitions,
  type ResourceDefinition,
} from './definitions.ts';
import { readStack } from './read.ts';
import { prepareCall, type ComposeCall } from './run.ts';
import { absoluteNames } from './source.ts';
import { variablesOf } from './variables.ts';
import { streamCompose } from './stream-compose.ts';

export { ComposeError };

/** A reading of the stack's files. */
export interface ComposeReading {
  config: ComposeConfig;
  /** Services that Compose refuses, or whose settings VX11 does not understand, with the reason. */
  broken: ReadonlyMap<string, string>;
  /**
   * The hashes that Compose may label a service's container with, the likeliest first; none where it depends on another
   * service's container and that is not there.
   */
  hashesOf(service: string, containerOf: ContainerOf): string[];
  /** Profiles that are on for `docker compose` where no flag names any. */
  profiles: readonly string[];
  networks: readonly ResourceDefinition[];
  volumes: readonly ResourceDefinition[];
}

/** Docker Compose itself: it reads the files and creates containers; it never starts or stops any. */
export interface Compose {
  /** What VX11_COMPOSE_FILE names, as an absolute path, or several. */
  named: string;
  /** Names and times of every file that a reading depends on, those that are not there included. */
  fingerprint(): Promise<string>;
  /** @throws ComposeError where nothing of the stack can be told */
  read(): Promise<ComposeReading>;
  /**
   * Makes the containers of these services, as many as the file asks for, or makes them anew where the file has changed;
   * with `keep`, those that are there stay as they are, with `anew`, none does.
   */
  create(services: string[], existing?: 'keep' | 'anew'): Promise<void>;
  /** Builds a service's image. @param on hears each line of its output */
  build(service: string, on: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Values of environment variables as a service of this stack would get them; those that are not set are left out. */
  variables(names: string[]): Promise<Map<string, string>>;
}

/** Creating waits for networks and volumes. */
const createMs = 120_000;

const existingFlags = { keep: ['--no-recreate'], anew: ['--force-recreate'] } as const;

/**
 * @param file what VX11_COMPOSE_FILE names: see `findSource`
 * @param binary the Compose plugin itself, where it is known: a tenth of a second faster than through `docker`
 * @param socket the Engine that containers are made on: the same that starts and stops them
 */
export function createCompose(file: string, binary: string | undefined, socket: string): Compose {
  let sound: string | null = null;
  let prepared: { call: ComposeCall; times: string } | null = null;
  /** Which files are read depends on what is in them, so where none of them has changed, they are still the same. */
  const prepare = async (): Promise<{ call: ComposeCall; times: string }> => {
    if (prepared !== null && (await timesOf(prepared.call.watched)) === prepared.times)
      return prepared;
    const call = await prepareCall(file, binary, socket);
    prepared = { call, times: await timesOf(call.watched) };
    return prepared;
  };
  return {
    named: absoluteNames(file, process.env),
    fingerprint: async () => {
      try {
        return (await prepare()).times;
      } catch (error) {
        if (error instanceof ComposeError) return error.message;
        throw error;
      }
    },
    read: async () => {
      const { call } = await prepare();
      const { definitions, ...reading } = await readStack(call);
      sound = reading.sound;
      return {
        config: reading.config,
        broken: reading.broken,
        profiles: call.profiles,
        hashesOf: hashing(definitions),
        networks: definitions.networks,
        volumes: definitions.volumes,
      };
    },
    variables: async (names) => variablesOf(names, (await prepare()).call),
    create: async (services, existing) => {
      const flags = ['--no-deps', '--no-build', '--pull', 'never', '--quiet-pull'];
      const how = existing === undefined ? [] : existingFlags[existing];
      const args = ['up', '--no-start', ...flags, ...how, '--', ...services];
      const { call } = await prepare();
      await (sound === null ? call.own(args, createMs) : call.on(sound, args, createMs));
    },
    build: async (service, on, signal) => {
      const { command, args, cwd, env } = (await prepare()).call.how;
      await streamCompose(command, [...args, 'build', '--', service], { cwd, env }, on, signal);
    },
  };
}

/** Most services share nothing with others: their hash is computed once. */
function hashing({ services }: Definitions): ComposeReading['hashesOf'] {
  const fixed = new Map<string, string[]>();
  return (name, containerOf) => {
    const service = services.get(name);
    if (service === undefined) return [];
    const known = fixed.get(name) ?? serviceHashes(service, () => undefined);
    fixed.set(name, known);
    return known.length > 0 ? known : serviceHashes(service, containerOf);
  };
}

/** Names and times of files, those that are not there included. */
async function timesOf(files: readonly string[]): Promise<string> {
  const times = files.map(async (file) => {
    const found = await stat(file).catch(() => null);
    return `${file}:${found === null ? 'absent' : `${found.mtimeMs}:${found.size}:${found.ino}`}`;
  });
  return (await Promise.all(times)).join('|');
}
