import { stat } from 'node:fs/promises';
import type { ComposeConfig } from '../contracts/compose.ts';
import { ComposeError } from './compose/compose-error.ts';
import { serviceHashes, type ContainerOf, type ResourceDefinition } from './compose/definitions.ts';
import { readStack } from './compose/read.ts';
import { prepareCall } from './compose/run.ts';
import { absoluteNames } from './compose/source.ts';

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
  return {
    named: absoluteNames(file, process.env),
    fingerprint: async () => {
      const call = await prepareCall(file, binary, socket).catch((error: unknown) => {
        if (error instanceof ComposeError) return error;
        throw error;
      });
      if (call instanceof ComposeError) return call.message;
      const { compose, values } = call.files;
      const all = [...new Set([...compose, ...values, ...call.source.absent])];
      return (await Promise.all(all.map(timesOf))).join('|');
    },
    read: async () => {
      const { definitions, ...reading } = await readStack(await prepareCall(file, binary, socket));
      sound = reading.sound;
      return {
        config: reading.config,
        broken: reading.broken,
        hashesOf: (name, containerOf) => {
          const service = definitions.services.get(name);
          return service === undefined ? [] : serviceHashes(service, containerOf);
        },
        networks: definitions.networks,
        volumes: definitions.volumes,
      };
    },
    create: async (services, existing) => {
      const flags = ['--no-deps', '--no-build', '--pull', 'never', '--quiet-pull'];
      const how = existing === undefined ? [] : existingFlags[existing];
      const args = ['up', '--no-start', ...flags, ...how, '--', ...services];
      const call = await prepareCall(file, binary, socket);
      await (sound === null ? call.own(args, createMs) : call.on(sound, args, createMs));
    },
  };
}

async function timesOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  return `${file}:${found === null ? 'absent' : `${found.mtimeMs}:${found.size}:${found.ino}`}`;
}
