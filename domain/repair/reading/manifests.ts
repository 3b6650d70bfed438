import { replaceAt, type Operation } from '../../patches/edit.ts';
import type { CapturedFile } from '../capture.ts';
import { normal, type Language } from './packages.ts';
import { baseName } from './scripts.ts';

type Text = CapturedFile & { text: string };

export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

export const isManifest = (language: Language, path: string): boolean =>
  language === 'node'
    ? baseName(path) === 'package.json' && !path.includes('node_modules/')
    : /^(?:requirements\.(?:txt|in)|pyproject\.toml|Pipfile)$/.test(baseName(path)) ||
      /(?:^|\/)requirements\/(?:base|common|main|prod|production)\.txt$/.test(path);

/** The list of dependencies that a program in a folder is installed from: in the folder, or the nearest above it. */
export function manifestFor(
  language: Language,
  folder: string | null,
  files: readonly CapturedFile[],
): Text | null {
  const all = files.filter(
    (file): file is Text => file.text !== null && isManifest(language, file.path),
  );
  if (folder !== null)
    for (let at = folder; ; at = folderOf(at)) {
      const here = all.filter(
        ({ path }) => folderOf(path) === at || folderOf(path) === join(at, 'requirements'),
      );
      if (here.length > 0) return best(here);
      if (at === '') break;
    }
  return all.length === 1 ? all[0]! : null;
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
const best = (files: readonly Text[]): Text =>
  files.find(({ path }) => path.endsWith('requirements.txt')) ?? files[0]!;

/** The entries of a list of dependencies, and the range of each name. */
export function entriesOf({ path, text }: Text): { name: string; start: number }[] {
  const pattern =
    baseName(path) === 'package.json'
      ? /"(?<name>(?:@[\w.-]+\/)?[\w.-]+)":\s*"[~^<>=*\d][^"]*"/g
      : /^(?:[ \t]*["']?)(?<name>[A-Za-z][\w.-]*)(?=\s*(?:\[|[=<>~!;,"'\r\n]|$))/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    name: match.groups!['name']!,
    start: match.index + match[0].indexOf(match.groups!['name']!),
  }));
}

export const lists = (manifest: Text, names: readonly string[]): boolean => {
  const wanted = new Set(names.map(normal));
  return entriesOf(manifest).some(({ name }) => wanted.has(normal(name)));
};

/** Adds a package with its version; null for a form of list that is not known. */
export function addPackage(manifest: Text, name: string, version: string): Operation | null {
  const { path, text } = manifest;
  const base = baseName(path);
  const insert = (at: number, added: string): Operation => replaceAt(path, at, '', added);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  if (base === 'package.json') return addMember(manifest, name, version, insert);
  if (base === 'Pipfile') {
    const head = /^\[packages\][ \t]*\r?\n/m.exec(text);
    return head === null
      ? null
      : insert(head.index + head[0].length, `${name} = "==${version}"${end}`);
  }
  if (base === 'pyproject.toml') {
    const list = /^dependencies\s*=\s*\[(?<inside>[^\]]*)\]/m.exec(text);
    if (list !== null) {
      const inside = list.groups!['inside']!;
      const at = list.index + list[0].length - 1 - inside.length + inside.trimEnd().length;
      const comma = inside.trim() === '' || inside.trimEnd().endsWith(',') ? '' : ',';
      const gap = inside.includes('\n')
        ? `${end}${/\n([ \t]+)/.exec(inside)?.[1] ?? '    '}`
        : comma === ''
          ? ''
          : ' ';
      return insert(at, `${comma}${gap}"${name}==${version}"${inside.includes('\n') ? ',' : ''}`);
    }
    const poetry = /^\[tool\.poetry\.dependencies\][ \t]*\r?\n/m.exec(text);
    return poetry === null
      ? null
      : insert(poetry.index + poetry[0].length, `${name} = "${version}"${end}`);
  }
  const gap = text === '' || text.endsWith('\n') ? '' : end;
  return insert(text.length, `${gap}${name}==${version}${gap === '' ? end : ''}`);
}

/** Adds a member at the end of `dependencies` of a package.json. */
function addMember(
  { text }: Text,
  name: string,
  version: string,
  insert: (at: number, added: string) => Operation,
): Operation | null {
  const member = `${JSON.stringify(name)}: ${JSON.stringify(version)}`;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const unit = /\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? null;
  const block = /"dependencies"\s*:\s*\{(?<inside>[^{}]*)\}/.exec(text);
  if (block !== null) {
    const inside = block.groups!['inside']!;
    const at = block.index + block[0].length - 1 - inside.length + inside.trimEnd().length;
    const indent = /\n([ \t]+)"/.exec(inside)?.[1];
    if (inside.trim() === '')
      return insert(
        at,
        unit === null
          ? member
          : `${end}${unit}${unit}${member}${inside.includes('\n') ? '' : `${end}${unit}`}`,
      );
    return insert(at, indent === undefined ? `, ${member}` : `,${end}${indent}${member}`);
  }
  const last = /\S(?=\s*\}\s*$)/.exec(text);
  if (last === null || unit === null) return null;
  const comma = last[0] === '{' ? '' : ',';
  return insert(
    last.index + 1,
    `${comma}${end}${unit}"dependencies": {${end}${unit}${unit}${member}${end}${unit}}`,
  );
}
