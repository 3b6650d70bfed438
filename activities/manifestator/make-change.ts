import type { CreatePatchAnswer } from '../../contracts/drift-patch.ts';
import type { PatchDraft } from '../../domain/drift/patch/draft.ts';
import { isoTime } from '../../platform/time.ts';
import type { MakeDeps, PatchRequest } from './deps.ts';
import { draftFor } from './draft.ts';
import { proveChange } from './prove.ts';
import { storeChange } from './store-change.ts';

/** Makes a patch of what is not as declared now, and proves it. Nothing is changed. @throws `not_found` */
export async function makeChange(deps: MakeDeps, call: PatchRequest): Promise<CreatePatchAnswer> {
  const { trials } = deps;
  const { power } = trials.checks;
  const folder = deps.folder();
  const draft = await draftFor(deps, call);
  const base: CreatePatchAnswer = {
    status: 'no_patch',
    patch_id: null,
    module: call.module_name,
    timestamp: isoTime(power.clock()),
    files_modified: [],
    lines_changed: 0,
    r1_reasoning: draft.reasoning,
    test_result: [],
    left: draft.left,
    patch: null,
    error: null,
    hint: null,
  };
  if (draft.operations.length === 0) return { ...base, hint: draft.because ?? nothingToDo(draft) };
  const proof = await proveChange(trials, folder, draft.operations);
  const test_result = proof.tests;
  if (!proof.ok) {
    const last = proof.tests.at(-1);
    return { ...base, status: 'refused', test_result, hint: last?.detail ?? null };
  }
  const patch = await storeChange(power, call, draft, proof);
  return {
    ...base,
    status: 'generated',
    patch_id: patch.patch_id,
    test_result,
    files_modified: patch.files.map(({ path }) => path),
    lines_changed: patch.diff.split('\n').filter((line) => /^[+-](?![+-]{2} )/.test(line)).length,
    patch,
    hint: `Look at it: vx11 patch show ${patch.patch_id}. Then: vx11 patch apply ${patch.patch_id}`,
  };
}

const nothingToDo = ({ left }: PatchDraft): string =>
  left.length === 0
    ? 'Nothing is different from what is declared.'
    : `Nothing here is set right by a patch: ${left[0]!.path}: ${left[0]!.because}`;
