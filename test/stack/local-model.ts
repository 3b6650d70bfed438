import type { ProviderEntry } from '../../contracts/provider.ts';
import { ensureLlamaImage, ensureSmallModel } from '../../scripts/small-model.ts';
import { freePort } from './temporal.ts';

/** A real model that a service of a compose file serves: SmolLM2 135M, by llama.cpp's own server. */
export interface LocalModel {
  /** The path of its GGUF file, 98 MB. */
  file: string;
  /** Where it is published on this machine, without `/v1`. */
  address: string;
  /** The service `smol` for the file at `path` in the folder of models. */
  service(path: string): Record<string, unknown>;
  /** The provider `llama-cpp`, whose only model is `smol`. */
  provider(path: string): ProviderEntry;
}

/** Downloads and builds what is missing. Throws if this machine cannot have it. */
export async function makeLocalModel(): Promise<LocalModel> {
  const [image, file, port] = [
    await ensureLlamaImage(),
    await ensureSmallModel(),
    await freePort(),
  ];
  const address = `http://127.0.0.1:${port}`;
  return {
    file,
    address,
    service: (path) => ({
      image,
      command: [`/models/${path}`, '--alias', 'smol', '--threads', '1'],
      ports: [`127.0.0.1:${port}:8080`],
      volumes: ['${VX11_HOME}/models:/models:ro'],
      mem_limit: '512m',
      read_only: true,
      cap_drop: ['ALL'],
    }),
    provider: (path) => ({
      id: 'llama-cpp',
      base_url: `${address}/v1`,
      service: 'smol',
      models: [{ id: 'smol', file: path, context: 2048, quality: 0.3 }],
    }),
  };
}
