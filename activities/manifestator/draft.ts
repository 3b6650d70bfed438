import type { JudgedFinding } from '../../contracts/drift.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { DslBlock } from '../../contracts/manifestator.ts';
import { labelOf } from '../../domain/drift/compact.ts';
import { judge } from '../../domain/drift/judge.ts';
import { operationsOfBlocks } from '../../domain/drift/patch/blocks.ts';
import { draftPatch, type PatchDraft } from '../../domain/drift/patch/draft.ts';
import type { Ground } from '../../domain/drift/patch/ground.ts';
import { readYaml } from '../../domain/patches/yaml-document.ts';
import { isSecretName } from '../../domain/repair/secret-names.ts';
import { pollUntil } from '../../platform/concurrency/poll.ts';
import { readAllFacts } from '../drift/reading/read-facts.ts';
import { askForPatch } from './ask-model.ts';
import type { MakeDeps, PatchRequest } from './deps.ts';
import { readStackFiles } from './stack-files.ts';

export interface ReasonedDraft extends PatchDraft {
  /** Why a model chose the operations; null by rules. */
  reasoning: string | null;
  /** Why there are none, beside what is left. */
  because: string | null;
}

const plainDraft: ReasonedDraft = {
  operations: [],
  findings: [],
  left: [],
  reasoning: null,
  because: null,
};

/** How long it waits for a service that is being started or stopped, in ms: what is seen of it until then says nothing. */
const restMs = 10_000;
const moves = 'It is being started or stopped, so nothing can be compared. Try again in a moment.';

/** The operations that are asked for: those given, those of blocks, those of rules for what is found, or those of a model. */
export async function draftFor(deps: MakeDeps, request: PatchRequest): Promise<ReasonedDraft> {
  const { operations, blocks } = request;
  if (operations !== undefined) return { ...plainDraft, operations };
  if (blocks === undefined) return draftFromDrift(deps, request);
  return { ...plainDraft, ...(await draftFromBlocks(deps, blocks)) };
}

/** What the older language asks for, as operations on the files as they are. */
async function draftFromBlocks(
  { trials, folder: folderOf }: MakeDeps,
  blocks: readonly DslBlock[],
): Promise<PatchDraft> {
  const folder = folderOf();
  const files = await readStackFiles(await trials.checks.power.compose.call(), folder);
  const sources = files.compose.flatMap((file) => readYaml(file));
  return operationsOfBlocks(blocks, { sources, values: files.values, folder });
}

async function draftFromDrift(deps: MakeDeps, call: PatchRequest): Promise<ReasonedDraft> {
  const folder = deps.folder();
  const { module_name: name, path, direction = 'restore' } = call;
  const { power } = deps.trials.checks;
  const { services } = await power.catalog.current();
  const isStack = name === 'stack';
  if (!isStack && !services.some((one) => one.name === name))
    throw new VX11Error('not_found', `${name} is no service of this host; name one, or: stack`);
  const modules = isStack ? null : [name];
  const asked = { modules, include_tests: true };
  const { facts, readout, covered } = await pollUntil(
    () => readAllFacts({ power, seal: deps.seal }, asked),
    (read) => isStack || read.covered.busy.length === 0,
    { everyMs: 250, withinMs: restMs },
  );
  if (!isStack && covered.busy.length > 0) return { ...plainDraft, because: moves };
  const found = judge(facts).filter(
    (one) =>
      (isStack ? one.service === null : one.service === name) &&
      (path === undefined || one.path === path || one.path.startsWith(`${path}.`)),
  );
  const [secret, plain] = [
    found.filter(isSecret(direction)),
    found.filter((one) => !isSecret(direction)(one)),
  ];
  const files = await readStackFiles(await power.compose.call(), folder);
  const sources = files.compose.flatMap((file) => readYaml(file));
  const grounds = plain.map((finding): Ground => ({
    finding,
    readout,
    containers: readout.containers.filter((one) => isStack || labelOf(one, 'service') === name),
    declared: readout.declared.services[name] ?? {},
    sources,
    values: files.values,
    folder,
  }));
  const isCore = (service: string): boolean =>
    services.some((one) => one.name === service && one.tier !== 'window');
  const draft = draftPatch(grounds, direction, isCore);
  const because = 'a secret is not copied out of a container into a file that is shown as a diff';
  const left = [
    ...draft.left,
    ...secret.map(({ kind, path: at }) => ({ kind, path: at, because })),
  ];
  if (draft.operations.length > 0 || isStack || isCore(name))
    return { ...plainDraft, ...draft, left };
  const { issue_description: issue, correlation_id } = call;
  const question = { service: name, issue, correlation_id };
  const answer = await askForPatch(deps.llm, question, found, files);
  if (answer === null) return { ...plainDraft, ...draft, left };
  if (!answer.ok) return { ...plainDraft, ...draft, left, because: answer.because };
  const { operations, reasoning } = answer;
  return { ...plainDraft, ...draft, left, operations, reasoning };
}

const isSecret =
  (direction: 'restore' | 'adopt') =>
  ({ kind, path }: JudgedFinding): boolean =>
    direction === 'adopt' && kind === 'env_changed' && isSecretName(path.split('.').at(-1)!);
