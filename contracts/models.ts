import { z } from 'zod';
import {
  hubModel,
  modelFile,
  modelFormat,
  modelRepo,
  modelRevision,
  modelPath,
} from './model-files.ts';
import { hostName, instant } from './text.ts';

/** A model of Ollama: `smollm2:135m`, `owner/name:tag`. */
const ollamaName = /^(?:[a-z\d][\w.-]*\/)?[a-z\d][\w.-]*(?::[\w.-]+)?$/i;

export const modelSource = z.enum(['hub', 'ollama']);
export type ModelSource = z.infer<typeof modelSource>;

export const pullBody = z
  .strictObject({
    model: z.string().max(200).meta({ description: 'owner/name of the hub, or a name of Ollama' }),
    source: modelSource.optional().meta({ description: 'Default: hub' }),
    file: modelPath.optional().meta({
      description: 'Not needed if the repository has one; the first part of a model names all',
    }),
    revision: modelRevision.optional().meta({ description: 'Default: main' }),
    pin: z.boolean().optional().meta({ description: 'It never leaves to make room' }),
    host: hostName.optional().meta({ description: 'Default: a host on which hermes is awake' }),
  })
  .superRefine(({ model, source = 'hub', file, revision }, context) => {
    const isName = source === 'hub' ? modelRepo.safeParse(model).success : ollamaName.test(model);
    if (!isName) {
      const message = source === 'hub' ? 'must be owner/name' : 'must be a name of Ollama';
      context.addIssue({ code: 'custom', path: ['model'], message });
    }
    if (source === 'ollama' && (file !== undefined || revision !== undefined))
      context.addIssue({ code: 'custom', path: ['model'], message: 'Ollama takes a name only' });
  });
export type PullBody = z.infer<typeof pullBody>;

export const pullId = z
  .string()
  .max(64)
  .regex(/^pull-[\da-f]{8,}$/, 'must be the id of a pull');

/** One pull of a model. It is `ready` once the model is registered; nothing is before. */
export const modelPull = z.strictObject({
  job_id: pullId,
  host: hostName,
  owner: z.string(),
  correlation_id: z.string(),
  source: modelSource,
  model: z.string(),
  revision: z.string(),
  file: z.string().nullable(),
  pin: z.boolean(),
  attempt: z.int().meta({ description: 'How often it was asked for; a repeat goes on' }),
  status: z.enum(['queued', 'resolving', 'downloading', 'verifying', 'ready', 'failed']),
  cause: z.string().nullable(),
  detail: z.string().nullable().meta({ description: 'What failed, and what to do' }),
  commit: z.string().nullable(),
  bytes: z.int(),
  total_bytes: z.int().nullable(),
  model_id: z.string().nullable().meta({ description: 'Once it is ready' }),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
});
export type ModelPull = z.infer<typeof modelPull>;

/** The answer to a request for a pull. While policy keeps hermes asleep there is none, and a hint. */
export const pullAnswer = z.strictObject({
  status: z.enum(['QUEUED', 'ERROR']),
  job: modelPull.nullable(),
  error: z.literal('off_by_policy').nullable(),
  hint: z.string().nullable(),
});
export type PullAnswer = z.infer<typeof pullAnswer>;

export const modelId = z
  .string()
  .max(64)
  .regex(/^model-[\da-f]{8,}$/, 'must be the id of a model');

/** A model of a host. */
export const modelView = z.strictObject({
  model_id: modelId,
  host: hostName,
  source: z.enum(['hub', 'ollama', 'found']).meta({
    description: '`found`: somebody put it into the folder of models',
  }),
  name: z.string().max(600),
  commit: z.string().nullable(),
  license: z.string().nullable(),
  files: z.array(modelFile).meta({ description: 'Empty for models of Ollama, which keeps them' }),
  size_bytes: z.int(),
  format: modelFormat.nullable(),
  architecture: z.string().nullable(),
  context_length: z.int().nullable(),
  status: z.enum(['ready', 'missing', 'quarantined', 'removing']).meta({
    description: '`missing`: its files are gone; `removing`: they go as soon as hermes is awake',
  }),
  reason: z.string().nullable().meta({ description: 'Why it is quarantined' }),
  pinned: z.boolean(),
  use_score: z
    .number()
    .meta({ description: 'Uses, as of last_used_at; half of it is left after 7 days' }),
  last_used_at: instant.nullable(),
  busy_until: instant.nullable().meta({ description: 'A server has it loaded until then' }),
  created_at: instant,
});
export type ModelView = z.infer<typeof modelView>;

export const modelListAnswer = z.strictObject({
  models: z.array(modelView),
  pulls: z.array(modelPull).meta({ description: 'Those that have not ended' }),
  downloads: z.boolean().meta({ description: 'Whether hermes may download models' }),
  caps: z
    .strictObject({ models: z.int(), bytes: z.int(), model_bytes: z.int() })
    .meta({ description: 'Of a host: how many, how large together, and how large one may be' }),
});
export type ModelListAnswer = z.infer<typeof modelListAnswer>;

export const searchBody = z.strictObject({
  query: z.string().max(100).optional(),
  author: z.string().max(100).optional(),
  format: modelFormat.optional().meta({ description: 'Default: gguf' }),
  limit: z.int().min(1).max(100).optional(),
  cursor: z.string().max(2000).optional().meta({ description: '`next` of the page before' }),
  repo: modelRepo.optional().meta({ description: 'Its files, in place of a search' }),
  revision: modelRevision.optional(),
});
export type SearchBody = z.infer<typeof searchBody>;

/** What the hub answered, or why it did not. */
export const searchAnswer = z.strictObject({
  status: z.enum(['DONE', 'ERROR']),
  models: z.array(hubModel),
  next: z.string().nullable(),
  error: z.string().nullable().meta({
    description: 'off_by_policy while hermes sleeps, or what the hub refused: gated, rate_limited',
  }),
  hint: z.string().nullable(),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;

export const catalogAnswer = z.strictObject({ models: z.array(hubModel) });
export type CatalogAnswer = z.infer<typeof catalogAnswer>;
