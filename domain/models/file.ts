import type { ModelFormat } from '../../contracts/model-files.ts';
import { modelPath } from '../../contracts/model-files.ts';

const formatOf: Record<string, ModelFormat> = {
  '.gguf': 'gguf',
  '.onnx': 'onnx',
  '.safetensors': 'safetensors',
};

/** The format that a file's name tells; null if it is none that may be pulled. */
export const namedFormat = (path: string): ModelFormat | null =>
  formatOf[/\.[a-z]+$/i.exec(path)?.[0].toLowerCase() ?? ''] ?? null;

/** Why a file of a repository is not pulled; null if it may be. Other formats may hold code that runs when they are loaded. */
export function fileProblem(path: string): 'unsafe_path' | 'unsafe_type' | null {
  if (!modelPath.safeParse(path).success) return 'unsafe_path';
  return namedFormat(path) === null ? 'unsafe_type' : null;
}

const part = /^(.*)-(\d{5})-of-(\d{5})(\.[a-z]+)$/i;

/** The paths of all parts of the model that this file belongs to, in order; a file that is no part stands alone. */
export function partsOf(path: string): string[] {
  const match = part.exec(path);
  if (match === null) return [path];
  const [, before, , count, ending] = match;
  const total = Number(count);
  if (total < 1 || total > 999) return [path];
  return Array.from(
    { length: total },
    (_, nth) => `${before}-${String(nth + 1).padStart(5, '0')}-of-${count}${ending}`,
  );
}

/** The models among these paths: each by the path of its first or only file. */
export const modelsAmong = (paths: readonly string[]): string[] => [
  ...new Set(paths.filter((path) => fileProblem(path) === null).map((path) => partsOf(path)[0]!)),
];
