import { describe, expect, test } from 'vitest';
import type { DslBlock } from '../../../../contracts/manifestator.ts';
import { operationsOfBlocks } from '../../../../domain/drift/patch/blocks.ts';
import { readYaml } from '../../../../domain/patches/yaml-document.ts';

const text = 'services:\n  web:\n    image: app:1\n    environment: { MODE: calm }\n';
const stack = {
  sources: [readYaml({ path: 'compose.yaml', text })].flat(),
  values: [],
  folder: '/stack',
};
const drafted = (block: Partial<DslBlock>) =>
  operationsOfBlocks([{ target: 'web', operation: 'set', key: 'image', ...block }], stack);

test('a block writes what it says, and expects what Compose makes of it', () => {
  const { operations } = drafted({ key: 'command', value: 'sh -c "sleep 1"' });
  expect(operations).toEqual([
    {
      op: 'set',
      file: 'compose.yaml',
      path: ['services', 'web', 'command'],
      expect: null,
      value: 'sh -c "sleep 1"',
      effects: [{ path: ['services', 'web', 'command'], value: ['sh', '-c', 'sleep 1'] }],
    },
  ]);
});

test.each<[string, Partial<DslBlock>, string]>([
  ['set without a value', {}, 'set needs a value'],
  ['create of what is there', { operation: 'create', value: 'app:2' }, 'it is there already'],
  ['replace of what is not', { operation: 'replace', key: 'user', value: 'a' }, 'it is not there'],
  ['blocks in a circle', { value: 'app:2', depends_on: [0] }, 'in a circle'],
])('%s makes no operation', (_, block, because) => {
  const { operations, left } = drafted(block);
  expect(operations).toEqual([]);
  expect(left[0]?.because).toContain(because);
});

describe('a service that names no networks is on the network default, which Compose prints', () => {
  const withMode = text.replace('    image', '    network_mode: none\n    image');
  const withNetworks = text.replace('    image', '    networks: [back]\n    image');
  const networks = ['services', 'web', 'networks'];
  const mode = { key: 'network_mode', value: 'none' } as const;
  const printed = (file: string, ...blocks: Partial<DslBlock>[]) =>
    operationsOfBlocks(
      blocks.map((one) => ({ target: 'web', operation: 'set', key: 'network_mode', ...one })),
      { ...stack, sources: [readYaml({ path: 'compose.yaml', text: file })].flat() },
    ).operations.flatMap((one) => ('effects' in one ? one.effects : []));

  test.each<[string, string, Partial<DslBlock>[], unknown]>([
    ['a mode takes it off', text, [mode], null],
    ['without its mode it is back', withMode, [{ operation: 'delete' }], { default: {} }],
    ['without networks it is back', withNetworks, [{ ...gone('networks') }], { default: {} }],
    ['a mode instead of networks', withNetworks, [gone('networks'), mode], null],
    ['another mode changes nothing of it', withMode, [{ ...mode, value: 'host' }], undefined],
    ['a mode beside networks is left to Compose', withNetworks, [mode], undefined],
  ])('%s', (_, file, blocks, value) => {
    const found = printed(file, ...blocks).filter(({ path }) => path[2] === 'networks');
    expect(found).toEqual(value === undefined ? [] : [{ path: networks, value }]);
  });
});

function gone(key: string): Partial<DslBlock> {
  return { operation: 'delete', key };
}
