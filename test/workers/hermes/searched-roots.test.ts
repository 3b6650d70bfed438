import { describe, expect, test } from 'vitest';
import { searchedRoots } from '../../../workers/hermes/searched-roots.ts';

const env = { PATH: '/usr/bin:/bin', HOME: '/home/node', GH_TOKEN: 'x', EMPTY: '' };

test('its own root is the host, of which nothing is run, unless it is said to be an image', () => {
  expect(searchedRoots(env)).toEqual([
    {
      root: 'host',
      folder: '',
      path: ['/usr/bin', '/bin'],
      homes: ['/home/node'],
      variables: new Set(['PATH', 'HOME', 'GH_TOKEN']),
    },
  ]);
  const [own] = searchedRoots({ ...env, VX11_PROGRAMS_OWN: 'image' });
  expect(own!.root).toBe('image');
});

test('mounted roots have the usual folders, those of a home, and no variables that are known', () => {
  const [, host, sandbox] = searchedRoots({
    ...env,
    VX11_PROGRAMS_OWN: 'image',
    VX11_PROGRAMS_MOUNTED: 'host:/mnt/host:/home/ana, sandbox:/mnt/sandbox',
  });
  expect(host).toMatchObject({
    root: 'host',
    folder: '/mnt/host',
    homes: ['/home/ana'],
    variables: null,
  });
  expect(host!.path).toEqual(expect.arrayContaining(['/usr/bin', '/home/ana/.local/bin']));
  expect(sandbox).toMatchObject({ root: 'sandbox', folder: '/mnt/sandbox', homes: [] });
});

describe('settings that are refused', () => {
  test.each([
    ['image:/x', /image:\/x is no host:\/folder/],
    ['host:relative', /host:relative is no host:\/folder/],
    ['host:/x', /host is searched already; name it once/],
    ['sandbox:/x,sandbox:/y', /sandbox is searched already/],
  ])('%s', (VX11_PROGRAMS_MOUNTED, message) =>
    expect(() => searchedRoots({ ...env, VX11_PROGRAMS_MOUNTED })).toThrow(message),
  );
});
