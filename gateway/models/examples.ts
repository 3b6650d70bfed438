import type { HubModel } from '../../contracts/model-files.ts';
import type { ModelPull, ModelView } from '../../contracts/models.ts';

const sha256 = 'b179c9520f6b9bd9ffa4a8b9a0a2fd1a4fdf6e8a2a2a1ab0d0b7a0d9ef10db53';
const commit = '9e6855bc4be717fca1ef21360a1db4b29d5c559a';

export const pullExample: ModelPull = {
  job_id: 'pull-0f3a9b1c2d4e5f60',
  host: 'box',
  owner: 'ana',
  correlation_id: 'desk-4',
  source: 'hub',
  model: 'ana/smollm2-gguf',
  revision: 'main',
  file: 'smollm2-135m-q4_1.gguf',
  pin: false,
  attempt: 1,
  status: 'downloading',
  cause: null,
  detail: null,
  commit,
  bytes: 41943040,
  total_bytes: 98362432,
  model_id: null,
  created_at: '2026-11-29T12:00:00.000Z',
  started_at: '2026-11-29T12:00:00.090Z',
  finished_at: null,
};

export const modelExample: ModelView = {
  model_id: 'model-5c7d0a1b2c3d4e5f',
  host: 'box',
  source: 'hub',
  name: 'ana/smollm2-gguf:smollm2-135m-q4_1.gguf',
  commit,
  license: 'apache-2.0',
  files: [
    {
      path: 'ana/smollm2-gguf/9e6855bc4be7/smollm2-135m-q4_1.gguf',
      size_bytes: 98362432,
      sha256,
    },
  ],
  size_bytes: 98362432,
  format: 'gguf',
  architecture: 'llama',
  context_length: 8192,
  status: 'ready',
  reason: null,
  pinned: false,
  use_score: 0,
  last_used_at: null,
  busy_until: null,
  created_at: '2026-11-29T12:00:09.000Z',
};

export const hubModelExample: HubModel = {
  repo: 'ana/smollm2-gguf',
  commit,
  gated: false,
  license: 'apache-2.0',
  downloads: 120,
  likes: 3,
  formats: ['gguf'],
  files: null,
  seen_at: '2026-11-29T11:59:00.000Z',
};
