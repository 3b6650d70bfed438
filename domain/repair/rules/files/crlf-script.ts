import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { Capture } from '../../capture.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Rule } from '../../finding.ts';
import { finding } from '../../reading/findings.ts';
import { logLines } from '../../reading/lines.ts';
import { tracedIn } from '../../reading/program-files.ts';
import {
  baseName,
  firstLine,
  missingScripts,
  shebangOf,
  type FailedScript,
} from '../../reading/scripts.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** 12: the lines of a script end with CR: the kernel looks for an interpreter of that name, or a shell for such words. */
export const crlfScript: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) =>
    [...notStarted(stack, service), ...misread(capture, service)].map(({ file, line }) => {
      const { path, text } = file;
      const lf = [...text.matchAll(/\r(?=\n)/g)].map(({ index }) =>
        replaceAt(path, index, '\r', ''),
      );
      return finding(
        { class: 'crlf_script', service: service.name, confidence: 0.97 },
        `${path} has Windows line ends`,
        [line.fact, firstLine(file)],
        { kind: 'change', operations: [...lf, ...attributes(capture, path)] },
      );
    }),
  );
};

const notStarted = (stack: Stack, service: CapturedService): FailedScript[] =>
  missingScripts(stack, service).filter(
    ({ file }) => shebangOf(file.text) !== null && /^[^\n]*\r\n/.test(file.text),
  );

/** A script that a shell was given, and that it reads with a CR at the end of each word. */
function misread(capture: Capture, service: CapturedService): FailedScript[] {
  for (const line of logLines(service)) {
    const file = tracedIn(capture, line.text)?.file;
    if (file !== undefined && file.text.includes('\r\n') && !/\.(?:py|[cm]?js)$/.test(file.path))
      return [{ file, line }];
  }
  return [];
}

/** Git is to leave the line ends of such files alone from now on. */
function attributes({ files }: Capture, script: string): Operation[] {
  const path = '.gitattributes';
  const pattern = script.endsWith('.sh') ? '*.sh' : baseName(script);
  const line = `${pattern} text eol=lf`;
  const file = files.find((one) => one.path === path);
  if (file === undefined) return [{ kind: 'create', path, text: `${line}\n`, mode: 0o644 }];
  const text = file.text ?? '';
  if (file.text === null || new RegExp(`^${RegExp.escape(pattern)}\\s.*eol=lf`, 'm').test(text))
    return [];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text === '' || text.endsWith('\n') ? '' : eol;
  return [replaceAt(path, text.length, '', before + line + eol)];
}
