import { delimiter } from 'node:path';
import type { ComposeConfig } from '../../contracts/compose.ts';
import { ComposeError } from './compose-error.ts';
import {
  declaredIn,
  serviceHashes,
  type ContainerOf,
  type Definitions,
  type ResourceDefinition,
} from './definitions.ts';
import { timesOf } from './file-times.ts';
import { readStack } from './read.ts';
import { prepareCall, type ComposeCall } from './run.ts';
import { absoluteNames } from './source.ts';
import { variablesOf } from './variables.ts';
import { streamCompose } from './stream-compose.ts';

export { ComposeError };

/** The result of reading the stack's files. */
export interface ComposeReading {
  config: ComposeConfig;
  /** Services that Compose rejects, or whose VX11 settings are invalid, with the reason. */
  broken: ReadonlyMap<string, string>;
  /**
   * The config hashes that Compose may put on the containers of a service, the likeliest first. Empty if the service
   * depends on the container of another service and that container does not exist.
   */
  hashesOf(service: string, containerOf: ContainerOf): string[];
  /** A service as Compose prints it, with single dollar signs and the values of secrets; null if there is none. */
  declared(service: string): Record<string, unknown> | null;
  /** Profiles that are active for `docker compose` without a `--profile` flag. */
  profiles: readonly string[];
  networks: readonly ResourceDefinition[];
  volumes: readonly ResourceDefinition[];
}

/** Docker Compose. It reads the files and creates containers; it never starts or stops them. */
export interface Compose {
  /** The value of VX11_COMPOSE_FILE with absolute paths. */
  named: string;
  /** Names and modification times of all files that a reading depends on, including files that do not exist. */
  fingerprint(): Promise<string>;
  /** @throws ComposeError if no part of the stack can be read */
  read(): Promise<ComposeReading>;
  /**
   * Creates the missing containers of these services, up to the number that the file asks for, and recreates those
   * whose definition changed. With `keep`, existing containers stay as they are; with `recreate`, all of them are
   * recreated.
   */
  create(services: string[], existing?: 'keep' | 'recreate'): Promise<void>;
  /** Builds a service's image. @param on called with each line of its output */
  build(service: string, on: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** A way to call Compose on the stack's files, or on those of a copy. @param files the compose files of the copy */
  call(files?: readonly string[]): Promise<ComposeCall>;
  /** The values of environment variables for this stack; variables that are not set are left out. */
  variables(names: string[]): Promise<Map<string, string>>;
}

/** Time limit for creating containers, which includes their networks and volumes. */
const createMs = 120_000;

const existingFlags = { keep: ['--no-recreate'], recreate: ['--force-recreate'] } as const;

/**
 * @param file the value of VX11_COMPOSE_FILE; see `findSource`
 * @param binary path of the Compose plugin, if known: calling it directly is a tenth of a second faster than `docker
 * compose`
 * @param socket socket of the Engine on which containers are created, started and stopped
 */
export function createCompose(file: string, binary: string | undefined, socket: string): Compose {
  let sound: string | null = null;
  let prepared: { call: ComposeCall; times: string } | null = null;
  /** The list of files depends only on the content of these files, so it is reused until one of them changes. */
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
        declared: (service) => declaredIn(definitions, service),
        networks: definitions.networks,
        volumes: definitions.volumes,
      };
    },
    call: async (files) => {
      const { call } = await prepare();
      if (files === undefined) return call;
      const { env } = call.how;
      // what a changed file names beside the stack's own variables stays unknown to it
      const named = files.join(env['COMPOSE_PATH_SEPARATOR'] || delimiter);
      return prepareCall(named, binary, socket, env);
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

/** The hash of a service that shares nothing with other services does not change, so it is computed once. */
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
