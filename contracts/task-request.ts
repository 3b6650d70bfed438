import { z } from 'zod';
import { scriptType, taskId, taskPriority } from './task.ts';
import { correlationId, jsonValue } from './text.ts';

/** The size limits of the request fields. */
export const taskBounds = {
  codeBytes: 256 * 1024,
  filesBytes: 1024 * 1024,
  files: 100,
  stdinBytes: 1024 * 1024,
  args: 100,
  argBytes: 16 * 1024,
  env: 100,
  envBytes: 16 * 1024,
  metadataBytes: 16 * 1024,
} as const;

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;
const atMost = (bytes: number) => (text: string) => text.length <= bytes && bytesOf(text) <= bytes;
/** A program argument cannot contain NUL; it is refused here so that it is not silently cut there. */
const noNul = (text: string): boolean => !text.includes('\0');
const nulMessage = 'must not contain NUL';

const code = z
  .string()
  .min(1)
  .refine(atMost(taskBounds.codeBytes), `must be at most ${taskBounds.codeBytes} bytes`)
  .refine(noNul, nulMessage);

const argument = z
  .string()
  .refine(atMost(taskBounds.argBytes), `must be at most ${taskBounds.argBytes} bytes`)
  .refine(noNul, nulMessage);
const args = z.array(argument).max(taskBounds.args);

const stdin = z
  .string()
  .refine(atMost(taskBounds.stdinBytes), `must be at most ${taskBounds.stdinBytes} bytes`);

/** LD_ names change which code a program loads; VX11_ names are reserved. */
const env = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and _')
      .regex(/^(?!LD_|VX11_)/, 'must not start with LD_ or VX11_'),
    z
      .string()
      .refine(atMost(taskBounds.envBytes), `must be at most ${taskBounds.envBytes} bytes`)
      .refine(noNul, nulMessage),
  )
  .refine(
    (names) => Object.keys(names).length <= taskBounds.env,
    `at most ${taskBounds.env} names`,
  );

/** `domain/tasks/task-file.ts` checks the paths. */
const files = z
  .array(z.strictObject({ path: z.string().min(1).max(1024), content: z.string() }))
  .max(taskBounds.files)
  .refine(
    (list) => list.reduce((sum, { content }) => sum + bytesOf(content), 0) <= taskBounds.filesBytes,
    `must be at most ${taskBounds.filesBytes} bytes in all`,
  );

const callbackUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    return (
      url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
    );
  }, 'must be an http or https URL without a user name');

const metadata = z
  .record(z.string().max(128), jsonValue)
  .refine(
    (value) => bytesOf(JSON.stringify(value)) <= taskBounds.metadataBytes,
    `must be at most ${taskBounds.metadataBytes} bytes`,
  );

const shared = {
  max_memory_mb: z.int().min(16).max(1_048_576).optional(),
  env: env.optional(),
  parent_id: taskId.optional().meta({ description: 'The parent task' }),
};

export const taskBody = z.strictObject({
  task_type: scriptType,
  code,
  args: args.optional(),
  stdin: stdin
    .optional()
    .meta({ description: 'Default: empty, so a read reports the end of the input' }),
  files: files.optional().meta({ description: 'Written under /task before the code runs' }),
  ...shared,
  ttl_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .meta({ description: 'Limit for the whole task with all waits and attempts. Default: 3600' }),
  timeout_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .meta({ description: 'Limit for one attempt' }),
  cpus: z.number().min(0.1).max(256).optional().meta({ description: 'Default: 1' }),
  pids: z.int().min(1).max(4096).optional().meta({ description: 'Default: 128' }),
  disk_mb: z.int().min(1).max(4096).optional().meta({ description: 'Default: 64' }),
  cpu_seconds: z.int().min(1).max(86_400).optional(),
  network: z.enum(['none', 'egress-allowlist']).optional(),
  egress: z.array(z.string().min(1).max(260)).max(50).optional().meta({
    description: 'Hosts the task may reach; each must be on the allow-list of the operator',
  }),
  max_retries: z.int().min(0).max(10).optional(),
  priority: taskPriority.optional().meta({ description: 'Default: P1' }),
  user_id: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  metadata: metadata.optional().meta({ description: 'Stored and returned unchanged' }),
  correlation_id: correlationId.optional(),
  callback_url: callbackUrl.optional(),
});
export type TaskBody = z.infer<typeof taskBody>;

export const commandBody = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII'),
  command: z.string().min(1).max(1024).refine(noNul, nulMessage),
  args: args.optional(),
  timeout_seconds: z.int().min(1).max(300).optional(),
  ...shared,
});
export type CommandBody = z.infer<typeof commandBody>;
