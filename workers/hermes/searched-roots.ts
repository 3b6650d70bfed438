import type { SearchedRoot } from '../../activities/programs/program-files.ts';
import { readEnv } from '../../contracts/env.ts';

/** Where programs are on a Linux machine, for a root whose own PATH is not known. */
const usualPath = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/opt/bin',
  '/snap/bin',
];

/** The roots that hermes looks through: its own, and those that are mounted for it. @throws if a setting is malformed */
export function searchedRoots(env: NodeJS.ProcessEnv): SearchedRoot[] {
  const { VX11_PROGRAMS_OWN, VX11_PROGRAMS_MOUNTED } = readEnv(
    env,
    'VX11_PROGRAMS_OWN',
    'VX11_PROGRAMS_MOUNTED',
  );
  const own: SearchedRoot = {
    root: VX11_PROGRAMS_OWN,
    folder: '',
    path: (env['PATH'] ?? '').split(':'),
    homes: [env['HOME'] ?? ''].filter(Boolean),
    variables: new Set(Object.keys(env).filter((name) => env[name] !== '')),
  };
  const mounted = VX11_PROGRAMS_MOUNTED.map(({ root, folder, home }): SearchedRoot => ({
    root,
    folder,
    path: [...usualPath, ...(home === null ? [] : [`${home}/.local/bin`, `${home}/bin`])],
    homes: home === null ? [] : [home],
    variables: null,
  }));
  const all = [own, ...mounted];
  const twice = all.find(({ root }, at) => all.findIndex((one) => one.root === root) !== at);
  if (twice !== undefined)
    throw new Error(`VX11_PROGRAMS_MOUNTED: ${twice.root} is searched already; name it once`);
  return all;
}
