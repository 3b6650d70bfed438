import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { request } from 'undici';
import { z } from 'zod';
import { ModelFailure } from './failure.ts';
import type { PlacedModel } from './model-activities.ts';

const headersTimeout = 30_000;
const bodyTimeout = 120_000;
const line = z.object({
  status: z.string().optional(),
  error: z.string().optional(),
  digest: z.string().optional(),
  total: z.number().optional(),
  completed: z.number().optional(),
});
const tags = z.object({
  models: z.array(z.object({ name: z.string(), digest: z.string(), size: z.number() })),
});

/** A running Ollama, which keeps its models itself. */
export interface Ollama {
  pull(
    model: string,
    mostBytes: number,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<PlacedModel>;
  /** Removes a model; one that is gone is done. */
  remove(model: string): Promise<void>;
}

/** @param url of Ollama; null if none is configured */
export function createOllama(url: string | null): Ollama {
  const call = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<{ status: number; body: Readable }> => {
    if (url === null) {
      const detail = 'No Ollama is configured: set VX11_OLLAMA_URL for hermes.';
      throw new ModelFailure('ollama_unavailable', detail);
    }
    try {
      const answer = await request(new URL(path, url), {
        method,
        headersTimeout,
        bodyTimeout,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal !== undefined && { signal }),
      });
      return { status: answer.statusCode, body: answer.body };
    } catch {
      signal?.throwIfAborted();
      const detail = `Ollama at ${url} does not answer. Is it awake?`;
      throw new ModelFailure('ollama_unavailable', detail, { retry: true });
    }
  };
  return {
    async pull(model, mostBytes, onBytes, signal) {
      const asked = { model, stream: true };
      const { status, body } = await call('POST', '/api/pull', asked, signal);
      const layers = new Map<string, { total: number; completed: number }>();
      const sum = (of: 'total' | 'completed'): number =>
        [...layers.values()].reduce((all, layer) => all + layer[of], 0);
      let last = '';
      try {
        for await (const text of createInterface({ input: body })) {
          const { data } = line.safeParse(parsed(text));
          // a failure comes as a line of an answer that began well
          if (data?.error !== undefined) throw refused(model, data.error);
          last = data?.status ?? last;
          if (data?.digest === undefined || data.total === undefined) continue;
          layers.set(data.digest, { total: data.total, completed: data.completed ?? 0 });
          if (sum('total') > mostBytes) throw tooLarge(model, mostBytes);
          onBytes(sum('completed'));
        }
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ModelFailure) throw error;
        throw new ModelFailure('cut_short', 'Ollama ended the pull.', { retry: true });
      } finally {
        body.on('error', () => undefined).destroy();
      }
      if (status !== 200) throw refused(model, `status ${status}`);
      if (last !== 'success')
        throw new ModelFailure('cut_short', 'Ollama ended the pull.', { retry: true });
      const list = await call('GET', '/api/tags', undefined, signal);
      const found = tags.safeParse(parsed(await textOf(list.body))).data?.models ?? [];
      const full = model.includes(':') ? model : `${model}:latest`;
      const one = found.find(({ name }) => name === full || name === model);
      if (one === undefined) throw refused(model, 'it is not in its list');
      return {
        name: one.name,
        commit: one.digest.slice(0, 64),
        license: null,
        files: [],
        size_bytes: one.size,
        header: null,
      };
    },
    async remove(model) {
      const { status, body } = await call('DELETE', '/api/delete', { model });
      body.on('error', () => undefined).destroy();
      if (status !== 200 && status !== 404) throw refused(model, `status ${status}`);
    },
  };
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

const refused = (model: string, why: string): ModelFailure =>
  /not exist|not found|no such/i.test(why)
    ? new ModelFailure('model_not_found', `Ollama knows no ${model}: ${why.slice(0, 200)}`)
    : new ModelFailure('ollama_refused', `Ollama did not pull ${model}: ${why.slice(0, 200)}`);

const tooLarge = (model: string, most: number): ModelFailure =>
  new ModelFailure(
    'model_too_large',
    `${model} is larger than ${most} bytes (VX11_MODEL_MAX_BYTES).`,
  );

async function textOf(body: Readable): Promise<string> {
  let text = '';
  for await (const chunk of body) text += String(chunk);
  return text;
}
