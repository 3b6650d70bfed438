import { fileProblem, modelsAmong, partsOf } from '../../domain/models/file.ts';
import { ModelFailure } from './failure.ts';
import type { Hub } from './hub.ts';
import type { PullTarget, ResolvedModel } from './model-activities.ts';

const mostListed = 20;

/** Finds the files that a pull means, at the commit that its revision names now. @throws ModelFailure */
export async function resolveModel(
  hub: Hub,
  { model: repo, revision, file }: PullTarget,
  signal: AbortSignal,
): Promise<ResolvedModel> {
  const { commit, license, files } = await hub.repository(repo, revision, signal);
  const listed = files ?? [];
  const wanted = partsOf(
    file ??
      theOnly(
        repo,
        listed.map(({ path }) => path),
      ),
  );
  const found = wanted.map((path) => {
    const one = listed.find((entry) => entry.path === path);
    if (one === undefined)
      throw new ModelFailure('model_not_found', `${repo} at ${revision} has no file ${path}.`);
    const problem = fileProblem(path);
    if (problem !== null) throw new ModelFailure(problem, refusals[problem](path));
    if (one.sha256 === null && one.git_id === null)
      throw new ModelFailure('hub_refused', `The hub names no hash of ${path}.`);
    return one;
  });
  return { repo, commit: commit!, license, files: found };
}

function theOnly(repo: string, paths: readonly string[]): string {
  const models = modelsAmong(paths);
  if (models.length === 1) return models[0]!;
  const bad = paths.find((path) => fileProblem(path) === 'unsafe_path');
  if (models.length === 0 && bad !== undefined)
    throw new ModelFailure('unsafe_path', refusals.unsafe_path(JSON.stringify(bad)));
  if (models.length === 0) throw new ModelFailure('unsafe_type', refusals.unsafe_type(repo));
  const some = models.slice(0, mostListed).join(', ');
  throw new ModelFailure('file_needed', `${repo} has several models; name a file: ${some}.`);
}

const refusals = {
  unsafe_path: (path: string) => `The hub lists ${path}, which is no path that may be written.`,
  unsafe_type: (path: string) =>
    `${path} is not GGUF, ONNX or safetensors. Other formats may hold code, and are not pulled.`,
};
