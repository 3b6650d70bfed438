import { z } from 'zod';

/** A repository of the hub: `owner/name`; few old ones have no owner. */
export const modelRepo = z
  .string()
  .max(200)
  .regex(/^(?:[A-Za-z\d][\w.-]*\/)?[A-Za-z\d][\w.-]*$/, 'must be owner/name');

/** A branch, tag or commit of a repository. */
export const modelRevision = z
  .string()
  .max(100)
  .regex(/^(?!.*\.\.)[A-Za-z\d][\w./-]*$/, 'must be a branch, tag or commit');

/** A path inside a repository, or inside the folder of models: no part of it begins with a dot. */
export const modelPath = z
  .string()
  .max(300)
  .regex(/^[\w@+][\w.@+ =,()-]*(?:\/[\w@+][\w.@+ =,()-]*)*$/, 'must be the path of a file');

/** The formats of model files that contain no code. */
export const modelFormat = z.enum(['gguf', 'onnx', 'safetensors']);
export type ModelFormat = z.infer<typeof modelFormat>;

export const modelFile = z.strictObject({
  path: modelPath.meta({ description: 'In the folder of models' }),
  size_bytes: z.int().min(0),
  sha256: z.string().regex(/^[\da-f]{64}$/),
});
export type ModelFile = z.infer<typeof modelFile>;

/** What the header of a file says. */
export const modelHeader = z.strictObject({
  format: modelFormat,
  architecture: z.string().max(64).nullable(),
  context_length: z.int().min(0).nullable(),
});
export type ModelHeader = z.infer<typeof modelHeader>;

/** One file of a repository. */
export const hubFile = z.strictObject({
  path: z.string().max(1000),
  size_bytes: z.int().min(0),
  sha256: z.string().nullable().meta({ description: 'Null for small files, which have a git id' }),
  git_id: z.string().max(64).nullable(),
  problem: z.string().nullable().meta({ description: 'Why this file is not pulled' }),
});
export type HubFile = z.infer<typeof hubFile>;

/** A repository of the hub as it was last seen. */
export const hubModel = z.strictObject({
  repo: modelRepo,
  commit: z.string().max(64).nullable(),
  gated: z.boolean().meta({ description: 'Its files need a token with a grant' }),
  license: z.string().max(100).nullable(),
  downloads: z.int().nullable(),
  likes: z.int().nullable(),
  formats: z.array(modelFormat),
  files: z.array(hubFile).nullable().meta({ description: 'Null until its files were asked for' }),
  seen_at: z.iso.datetime({ precision: 3 }),
});
export type HubModel = z.infer<typeof hubModel>;
