import { expect, test } from 'vitest';
import { searchAttributeTypes } from '../../../contracts/search-attributes.ts';
import { addingCommands } from '../../../platform/temporal/search-attributes.ts';
import { searchAttributes } from '../../../workflows/search-attributes.ts';

const lacking = [
  { name: 'VX11Service', type: 'KeywordList' },
  { name: 'VX11Host', type: 'Keyword' },
];

test.each(['vx11.a1b2c.tmprl.cloud:7233', 'eu-west-1.aws.api.temporal.io:7233'])(
  'for Temporal Cloud at %s, one command of its own tool adds all',
  (address) => {
    expect(addingCommands(lacking, { address, namespace: 'vx11.a1b2c' })).toEqual([
      'tcld namespace search-attributes add --namespace vx11.a1b2c --search-attribute "VX11Service=KeywordList" --search-attribute "VX11Host=Keyword"',
    ]);
  },
);

test('for another cluster, each attribute has a command', () => {
  const at = { address: 'temporal.example:7233', namespace: 'vx11' };
  const create =
    'temporal operator search-attribute create --address temporal.example:7233 --namespace vx11';
  expect(addingCommands(lacking, at)).toEqual([
    `${create} --name VX11Service --type KeywordList`,
    `${create} --name VX11Host --type Keyword`,
  ]);
});

test('the types that are registered are those that workflows set', () => {
  const set = Object.values(searchAttributes).map(({ name, type }) => [name, type] as const);
  const registered = Object.entries(searchAttributeTypes).map(
    ([name, type]) => [name, type.replace('KeywordList', 'Keyword_List').toUpperCase()] as const,
  );
  expect(registered).toEqual(set);
});
