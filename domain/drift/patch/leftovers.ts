import { nameIn, type Drafted, type Ground } from './ground.ts';

/** A container of no file. Its volumes stay. */
export function removeContainer({ finding, readout }: Ground): Drafted {
  const name = nameIn(finding.path);
  const found = [...readout.names].find(([, one]) => one.replace(/^\//, '') === name);
  if (found === undefined) return { because: 'it is gone' };
  return [{ op: 'remove_container', container: found[0], name }];
}

export const removeNetwork = ({ finding }: Ground): Drafted => [
  { op: 'remove_network', network: nameIn(finding.path) },
];

/** Takes away what everybody may do with a file. */
export function tighten({ finding, folder }: Ground): Drafted {
  const path = nameIn(finding.path);
  const inside = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
  if (inside === null)
    return { because: `it is not in the folder of the stack: chmod o-rw ${path}` };
  const expect = finding.actual ?? '';
  const isSecret = finding.expected?.startsWith('readable') === true;
  const mode = Number.parseInt(expect, 8) & ~(isSecret ? 0o007 : 0o002);
  return [{ op: 'file_mode', file: inside, expect, mode: `0${mode.toString(8).padStart(3, '0')}` }];
}
