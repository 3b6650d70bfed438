import type { ModelSettings } from '../../activities/models/create-model-activities.ts';
import { readEnv } from '../../contracts/env.ts';

/** hermes' settings for models. @throws if one is malformed */
export function modelSettings(source: NodeJS.ProcessEnv): ModelSettings {
  const env = readEnv(
    source,
    'HERMES_ALLOW_DOWNLOAD',
    'VX11_HUB_URL',
    'HF_TOKEN',
    'VX11_OLLAMA_URL',
    'VX11_MODELS_FOLDER',
  );
  return {
    hub: { url: env.VX11_HUB_URL, token: env.HF_TOKEN ?? null },
    ollamaUrl: env.VX11_OLLAMA_URL ?? null,
    folder: env.VX11_MODELS_FOLDER ?? null,
    mayDownload: env.HERMES_ALLOW_DOWNLOAD === 'on',
  };
}
