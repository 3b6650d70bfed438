import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestStack } from '../stack/stack.ts';
import {
  inspectContainers,
  observeProject,
  readInside,
  serviceOf,
  type ProjectFacts,
} from './observe-project.ts';
import type { CorpusStack } from './read-stacks.ts';

/** The result of one stack, with `docker compose up` or in a window. */
export interface Outcome extends ProjectFacts {
  inside: Record<string, string>;
  /** When each service first started and last ended, epoch ms. */
  times: Record<string, { started: number; finished: number }>;
  /** The exit code of each stopped container, and the files left beside the compose file. */
  ended: { codes: Record<string, number>; files: Record<string, string> };
}

/** A compose project whose file is rewritten for each stack under test. */
export class CorpusProject {
  readonly #folder: string;
  readonly #composeFile: string;
  readonly #docker: TestStack['docker'];
  readonly name: string;

  constructor(composeFile: string, project: string, docker: TestStack['docker']) {
    this.#composeFile = composeFile;
    this.#folder = dirname(composeFile);
    this.#docker = docker;
    this.name = project;
  }

  compose(...args: string[]): Promise<string> {
    // Compose finds these files by itself only in its working directory
    const override = join(this.#folder, 'docker-compose.override.yml');
    const files = [this.#composeFile, override].filter((file) => existsSync(file));
    return this.#docker('compose', ...files.flatMap((file) => ['-f', file]), ...args);
  }

  /** Writes the stack's files. @returns the marker service of this version of the compose file */
  async write(stack: CorpusStack): Promise<string> {
    for (const [name, text] of Object.entries(stack.write)) {
      const file = join(this.#folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    for (const command of stack.before) await this.#run(command);
    const marker = `marker-${randomBytes(4).toString('hex')}`;
    await writeFile(this.#composeFile, stack.composeFile(this.name, marker));
    return marker;
  }

  async clear(stack: CorpusStack): Promise<void> {
    await this.#docker(
      'compose',
      '-p',
      this.name,
      '--profile',
      '*',
      'down',
      '-v',
      '-t',
      '1',
      '--remove-orphans',
    );
    for (const command of stack.after) await this.#run(command);
    const roots = Object.keys(stack.write).map((name) => name.split('/')[0]!);
    for (const name of [...roots, 'made'])
      await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  async #run(command: string[]): Promise<void> {
    await this.#docker(...command.map((word) => word.replaceAll('{project}', this.name)));
  }

  /** Collects everything to compare while the services are up. */
  async observe(stack: CorpusStack): Promise<Omit<Outcome, 'ended'>> {
    for (const service of stack.fall) {
      for (const { Id } of await this.#containersOf(service)) {
        await this.#docker('exec', Id, 'touch', '/fall');
      }
    }
    if (stack.settles) await this.#untilSettled();
    const facts = await observeProject(this.#docker, this.name);
    const inside = await readInside(this.#docker, this.name, stack.read);
    return { ...facts, inside, times: await this.#times() };
  }

  /** Collects exit codes and files after the services were stopped. */
  async afterwards(stack: CorpusStack): Promise<Outcome['ended']> {
    const containers = await inspectContainers(this.#docker, this.name);
    const codes = containers.map(({ Name, State }) => [Name.slice(1), State.ExitCode] as const);
    const files = await Promise.all(
      stack.stopped.map(async (name) => {
        const text = await readFile(join(this.#folder, name), 'utf8').catch(() => 'absent');
        return [name, text] as const;
      }),
    );
    return {
      codes: Object.fromEntries(codes.toSorted(([one], [other]) => one.localeCompare(other))),
      files: Object.fromEntries(files),
    };
  }

  async #containersOf(service: string) {
    const all = await inspectContainers(this.#docker, this.name);
    return all.filter((container) => serviceOf(container) === service);
  }

  /** Waits until nothing has started or ended for 5 s, which is longer than the pauses between the first three restarts. */
  async #untilSettled(): Promise<void> {
    let last = '';
    for (let calm = 0, round = 0; calm < 10 && round < 60; round += 1) {
      const now = JSON.stringify(await this.#times());
      calm = now === last ? calm + 1 : 0;
      last = now;
      await sleep(500);
    }
  }

  async #times(): Promise<Outcome['times']> {
    const times: Outcome['times'] = {};
    for (const container of await inspectContainers(this.#docker, this.name)) {
      const { StartedAt, FinishedAt } = container.State;
      times[serviceOf(container)] = {
        started: Date.parse(StartedAt),
        finished: Date.parse(FinishedAt),
      };
    }
    return times;
  }

  /** Runs a stack with `docker compose up`, removes it again and returns the result. */
  async reference(stack: CorpusStack): Promise<Outcome> {
    await this.write(stack);
    const wait = stack.wait ? ['--wait', '--wait-timeout', '30'] : [];
    // if a job fails, Compose exits with an error
    await this.compose('up', '-d', ...wait, ...stack.open).catch(() => undefined);
    const seen = await this.observe(stack);
    await this.compose('--profile', '*', 'stop').catch(() => undefined);
    const ended = await this.afterwards(stack);
    await this.clear(stack);
    return { ...seen, ended };
  }
}

/**
 * Returns every path at which two outcomes differ, as `path: value, Compose: reference value`. Services that the stack
 * expects to fail are left out, and so are the start times.
 */
export function differences(outcome: Outcome, reference: Outcome, stack: CorpusStack): string[] {
  const [ours, theirs] = [leaves(comparable(outcome, stack)), leaves(comparable(reference, stack))];
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted();
  return paths
    .filter((path) => ours.get(path) !== theirs.get(path))
    .map((path) => `${path}: ${ours.get(path)}, Compose: ${theirs.get(path)}`);
}

function comparable(outcome: Outcome, stack: CorpusStack): unknown {
  const isLeftOut = (name: string): boolean =>
    stack.failed.some((service) => name.includes(`-${service}-`));
  const without = <T>(facts: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(facts).filter(([name]) => !isLeftOut(name)));
  const { containers, networks, volumes, inside, ended } = outcome;
  return {
    containers: without(containers),
    networks,
    volumes,
    inside,
    ended: { ...ended, codes: without(ended.codes) },
  };
}

/** Returns the scalars of a value by their paths; an empty list or object counts as a scalar. */
function leaves(value: unknown, path = ''): Map<string, string> {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) return new Map([[path, JSON.stringify(value)]]);
  return new Map(inner.flatMap(([key, one]) => [...leaves(one, `${path}/${key}`)]));
}
