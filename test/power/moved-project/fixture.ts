import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { afterEach, beforeEach, inject } from 'vitest';
import type { WindowView } from '../../../contracts/window.ts';
import { insist } from '../../stack/calls.ts';
import { lookInStore } from '../../stack/promises.ts';
import {
  composeServices,
  removeProject,
  startStack,
  type StackOptions,
  type TestStack,
} from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';

const services: StackOptions['services'] = { web: {}, pair: { scale: 2 }, other: {} };

/** A stack whose file gets another project name while it runs; before each test a new one. */
export class MovedProject {
  stack!: TestStack;
  /** The later name of the project. */
  later!: string;

  constructor() {
    beforeEach(async () => {
      this.stack = await startStack({ temporalAddress: inject('temporalAddress'), services });
      this.later = `${this.stack.project}-two`;
    });
    afterEach(async () => {
      if (this.stack === undefined) return; // it did not come up
      await this.stack.destroy(); // first, because an open window starts its service again
      await removeProject(this.later, this.stack.home, this.stack.docker);
    });
  }

  /** Writes the same file under the later name, and waits until madre has read it. */
  async rename(written: StackOptions['services'] = services): Promise<void> {
    const { stack, later: name } = this;
    await writeFile(stack.composeFile, stringify({ name, services: composeServices(written) }));
    await until('madre has read the file', () =>
      lookInStore(stack, async (store) => {
        const catalog = await store.services.catalogOf(stack.project);
        return catalog?.project === name && catalog.error === null;
      }),
    );
  }

  async close(target: string): Promise<NonNullable<WindowView['receipt']>> {
    return (await insist(this.stack, '/vx11/window/close', { target })).body.receipt;
  }

  /** The full id of a container. */
  async idOf(name: string): Promise<string> {
    return (await this.stack.docker('inspect', '-f', '{{.Id}}', name)).trim();
  }

  async isRunning(id: string): Promise<boolean> {
    return (await this.stack.docker('inspect', '-f', '{{.State.Running}}', id)).trim() === 'true';
  }
}

/** Waits for two rounds of the settle loop. */
export const rounds = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 9000));
