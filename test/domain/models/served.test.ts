import { expect, test } from 'vitest';
import { serves } from '../../../domain/models/served.ts';
import { modelExample } from '../../../gateway/models/examples.ts';

const { path } = modelExample.files[0]!;
const ofOllama = { ...modelExample, source: 'ollama' as const, name: 'smollm2:latest', files: [] };
const by = (name: string, file: string | null = null, isOllama = false) => ({
  name,
  file,
  ofOllama: isOllama,
});

test.each([
  ['the operator names its file', by('smol', path), modelExample],
  ['its server names the path of its file', by(`/models/${path}`), modelExample],
  ['its server names its id', by(modelExample.model_id), modelExample],
  ['it is Ollama’s, with or without its tag', by('smollm2', null, true), ofOllama],
])('a registered model is served if %s', (_, served, model) =>
  expect(serves(served, model)).toBe(true),
);

test.each([
  ['of another file', by('smol', 'ana/other.gguf'), modelExample],
  ['of another name', by('smol'), modelExample],
  ['that ends alike', by(`/models/x${path}`), modelExample],
  ['of Ollama, for another server', by('smollm2:latest'), ofOllama],
  ['that is missing', by('smol', path), { ...modelExample, status: 'missing' as const }],
])('it is not a model %s', (_, served, model) => expect(serves(served, model)).toBe(false));
