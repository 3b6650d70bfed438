import type { z } from 'zod';
import type { taskResult } from '../../../contracts/task.ts';

/** A task with its output and its attempts. */
export type Task = z.infer<typeof taskResult>;
