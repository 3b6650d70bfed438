import { replaceAt } from '../../../patches/edit.ts';
import type { Capture } from '../../capture.ts';
import type { Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact } from '../../reading/changes.ts';
import { finding } from '../../reading/findings.ts';
import { allLines, type Line } from '../../reading/lines.ts';
import { folderOf } from '../../reading/manifests.ts';
import { codeFiles, type Text } from '../../reading/program-files.ts';
import { baseName } from '../../reading/scripts.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';
import { missingPath } from './wrong-path.ts';

/** 23: a program names a file that is in another folder of it. The path is written right. */
export const movedFile: Rule = (capture) =>
  suspects(readStack(capture)).flatMap((service) => {
    for (const line of allLines(service)) {
      const path = missingPath(line.text);
      const found = path === undefined ? null : moved(capture, service.name, line, path);
      if (found !== null) return [found];
    }
    return [];
  });

function moved(capture: Capture, service: string, line: Line, path: string): Finding | null {
  const [target, ...others] = capture.files.filter((file) => isNamed(file.path, path));
  if (target === undefined || others.length > 0) return null;
  const [place, ...more] = codeFiles(capture).flatMap((file) => literalsFor(file, path));
  if (place === undefined || more.length > 0) return null;
  const { file, start, literal } = place;
  const text = pathTo(file.path, target.path, literal);
  if (text === literal) return null;
  const operation = replaceAt(file.path, start, literal, text);
  return finding(
    { class: 'wrong_path', service, confidence: 0.85 },
    `${service} looks for ${literal}, and the file is ${target.path}`,
    [line.fact, lineFact(file, lineAt(file.text, start))],
    { kind: 'change', operations: [operation] },
  );
}

const bare = (path: string): string => path.replace(/\.(?:[cm]?js|json)$/, '');

/** The same name, of which a module may lack the ending. */
const isNamed = (own: string, path: string): boolean =>
  baseName(own) === baseName(path) ||
  (!/\.\w+$/.test(path) && bare(baseName(own)) === baseName(path));

interface Literal {
  file: Text;
  start: number;
  literal: string;
}

/** Relative paths in a program that the missing one ends with. */
function literalsFor(file: Text, path: string): Literal[] {
  const name = RegExp.escape(baseName(path));
  const words = new RegExp(
    `(?<=^|[\\s"'\`=(<])(?:[\\w.-]+/)*${name}(?:\\.\\w+)?(?=$|[\\s"'\`;)|])`,
    'gm',
  );
  return [...file.text.matchAll(words)]
    .map(({ 0: literal, index }) => ({ file, start: index, literal }))
    .filter(({ literal }) => {
      const plain = literal.replace(/^(?:\.{1,2}\/)+/, '');
      return path === literal || path === plain || path.endsWith(`/${plain}`);
    });
}

/** From the folder of a program to a file, as a path is written there. */
function pathTo(program: string, target: string, literal: string): string {
  const [from, to] = [folderOf(program), folderOf(target)].map((one) =>
    one.split('/').filter(Boolean),
  );
  let shared = 0;
  while (shared < from!.length && from![shared] === to![shared]) shared += 1;
  const up = Array<string>(from!.length - shared).fill('..');
  const name = /\.\w+$/.test(literal) ? baseName(target) : bare(baseName(target));
  const path = [...up, ...to!.slice(shared), name].join('/');
  return literal.startsWith('.') && up.length === 0 ? `./${path}` : path;
}
