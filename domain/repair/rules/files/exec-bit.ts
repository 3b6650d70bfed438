import type { Rule } from '../../finding.ts';
import { finding } from '../../reading/findings.ts';
import { deniedScripts, firstLine, shebangOf } from '../../reading/scripts.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** 14: a script may not be run, because its file has no execute bit. It gets one for those who may read it. */
export const execBit: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) =>
    deniedScripts(stack, service)
      .filter(
        ({ file }) =>
          (file.mode & 0o111) === 0 && (shebangOf(file.text) !== null || file.path.endsWith('.sh')),
      )
      .map(({ file, line }) => {
        const mode = file.mode | ((file.mode & 0o444) >> 2);
        return finding(
          { class: 'exec_bit', service: service.name, confidence: 0.95 },
          `${file.path} is not executable (mode ${file.mode.toString(8)})`,
          [line.fact, firstLine(file)],
          {
            kind: 'change',
            operations: [{ kind: 'mode', path: file.path, expected: file.mode, mode }],
          },
        );
      }),
  );
};
