import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { stringify } from 'yaml';
import type { TaskResult } from '../../../contracts/task.ts';
import { composeServices, startStack } from '../../stack/stack.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../../tasks/task-stack.ts';
import { repairsOn, type RepairStack } from '../repair-stack.ts';
import type { Program } from './program.ts';

type TaskFiles = { path: string; content: string }[];

/** A stack with a spawner, whose checks run programs of its folder. */
export interface ProgramStack extends Omit<RepairStack, 'stack'> {
  stack: TaskStack;
  /** Makes this program the only one of the stack. */
  place(program: Program, repair?: object): Promise<void>;
  /** Runs a program's hidden test in a sandbox, over these files, or over those in the stack's folder. */
  hidden(program: Program, files?: TaskFiles): Promise<TaskResult>;
  read(path: string): Promise<string>;
}

/** @param modelUrl of the server that answers for a model; none by default */
export async function startProgramStack(modelUrl?: string): Promise<ProgramStack> {
  const plain = await startStack({
    temporalAddress: inject('temporalAddress'),
    env: await spawnerSettings(),
    ...(modelUrl !== undefined && {
      madreEnv: { VX11_LLM_BASE_URL: modelUrl, VX11_LLM_MODEL: 'stand-in' },
    }),
    services: { spawner: {} },
  });
  const stack = addSpawner(plain);
  stack.spawner.start();
  const folder = dirname(stack.composeFile);
  return {
    ...repairsOn(stack),
    stack,
    async place(program, repair = {}) {
      for (const name of await readdir(folder))
        if (join(folder, name) !== stack.composeFile)
          await rm(join(folder, name), { recursive: true });
      for (const [path, text] of Object.entries(program.files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
        await chmod(join(folder, path), program.modes?.[path] ?? 0o644);
      }
      const { check, others = [] } = program;
      const endpoints = [{ name: 'visible', ...check }, ...others];
      const file = {
        name: stack.project,
        services: composeServices({ spawner: {}, ...program.services }),
        'x-vx11': {
          repair: { settle: '1s', candidates: 10, ...repair },
          suites: [{ name: 'program', endpoints }],
        },
      };
      await writeFile(stack.composeFile, stringify(file));
    },
    async hidden({ files, hidden }, own) {
      const now = Object.keys(files).map(async (path) => ({
        path,
        content: await readFile(join(folder, path), 'utf8'),
      }));
      await stack.open();
      const all = own ?? (await Promise.all(now));
      const result = await stack.run({ task_type: 'shell', code: hidden, files: all });
      await stack.close();
      return result;
    },
    read: (path) => readFile(join(folder, path), 'utf8'),
  };
}
