import type { DslBlock } from '../../../contracts/manifestator.ts';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import type { YamlValue } from '../../patches/yaml-value.ts';
import { adoptPair, writeSetting, type SettingGround } from './adopt.ts';
import { networksPrinted } from './default-network.ts';
import type { PatchDraft } from './draft.ts';
import type { Drafted } from './ground.ts';
import { printedValue } from './printed-value.ts';

/** The operations of blocks of the older language, those first that others depend on. */
export function operationsOfBlocks(
  blocks: readonly DslBlock[],
  stack: Omit<SettingGround, 'service' | 'below'>,
): PatchDraft {
  const draft: PatchDraft = { operations: [], findings: [], left: [] };
  const order = inOrder(blocks);
  if (order === null) {
    const [first] = blocks;
    const because = 'its blocks depend on each other in a circle, or on one that does not exist';
    return { ...draft, left: [{ kind: first!.operation, path: pathOf(first!), because }] };
  }
  for (const block of order) {
    const drafted = operationsOf(block, blocks, stack);
    if ('because' in drafted)
      draft.left.push({ kind: block.operation, path: pathOf(block), because: drafted.because });
    else draft.operations.push(...drafted);
  }
  // all of them, or none
  return draft.left.length > 0 ? { ...draft, operations: [] } : draft;
}

const pathOf = ({ target, key }: DslBlock): string => `services.${target}.${key}`;

function operationsOf(
  block: DslBlock,
  blocks: readonly DslBlock[],
  stack: Omit<SettingGround, 'service' | 'below'>,
): Drafted {
  const { target, operation, key, value } = block;
  const isRemoved = operation === 'delete';
  if (!isRemoved && value === undefined) return { because: `${operation} needs a value` };
  const ground = { ...stack, service: target, below: key };
  const isPair = /^(?:environment|labels)\../.test(key);
  const text = isRemoved ? null : String(value);
  const path = key.split('.');
  const drafted = isPair
    ? adoptPair(ground, () => text)
    : writeSetting(ground, {
        path,
        printed: path,
        value: isRemoved ? null : value!,
        prints: isRemoved ? null : printedValue(path, value!),
      });
  if ('because' in drafted) return drafted;
  const isThere = drafted.some((one) => 'expect' in one && one.expect !== null);
  if (operation === 'create' && isThere) return { because: 'it is there already' };
  if (operation === 'replace' && !isThere) return { because: 'it is not there' };
  const networks = networksPrinted(block, blocks, stack);
  return networks === undefined ? drafted : drafted.map((one) => printing(one, target, networks));
}

/** The operation with what Compose prints for the networks of its service. */
function printing(one: PatchOperation, service: string, value: YamlValue): PatchOperation {
  if (!('effects' in one)) return one;
  const path = ['services', service, 'networks'];
  const others = one.effects.filter((effect) => effect.path.join('.') !== path.join('.'));
  return { ...one, effects: [...others, { path, value }] };
}

/** @returns null if there is no such order */
function inOrder(blocks: readonly DslBlock[]): DslBlock[] | null {
  const done: number[] = [];
  while (done.length < blocks.length) {
    const next = blocks.findIndex(
      ({ depends_on = [] }, at) =>
        !done.includes(at) && depends_on.every((one) => done.includes(one)),
    );
    if (next === -1) return null;
    done.push(next);
  }
  return done.map((at) => blocks[at]!);
}
