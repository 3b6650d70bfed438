import { replaceAt } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Rule } from '../../finding.ts';
import { finding } from '../../reading/findings.ts';
import { firstLine, missingScripts, shebangOf } from '../../reading/scripts.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** What only bash understands, as far as a text shows it. */
const bashisms =
  /\[\[|\(\(|<<<|[<>]\(|&>|\$'|\$"|\bpipefail\b|^\s*(?:function\s+\w|source\s|declare\s|typeset\s|shopt\s|mapfile\s|readarray\s|select\s|coproc\s|let\s|pushd\s|popd\b)|\w\+?=\(|\w\+=|\$\{!|\$\{\w+(?:\[|\^|,|\/|:\s*-?\d)|\{\w+\.\.\w+\}|\$(?:RANDOM|SECONDS|BASH\w*|FUNCNAME|PIPESTATUS|EPOCHSECONDS)|\$\{BASH|\[ [^\]]*==|\bread\s+-[a-z]*[aptsdnN]|\bexport\s+-[fn]|\btrap\s.*\b(?:ERR|DEBUG)\b|\blocal\s+-|\bset\s+-[A-Za-z]*E|\|&|;;&|\becho\s+-[eE]/m;

/** Programs that run the same scripts. */
const twins: Record<string, string[]> = {
  python: ['python3'],
  python2: [],
  python3: ['python'],
  node: ['nodejs'],
  nodejs: ['node'],
  dash: ['sh', 'ash'],
  ash: ['sh', 'dash'],
  sh: ['bash', 'dash', 'ash'],
};

/** 13: the interpreter of a script is not in the image, and one that can run it is. */
export const interpreterMissing: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) =>
    missingScripts(stack, service).flatMap(({ file, line }) => {
      const shebang = shebangOf(file.text);
      if (shebang === null || /^[^\n]*\r/.test(file.text) || service.programs.length === 0)
        return [];
      const by = replacement(service, shebang, file.text);
      if (by === 'present') return [];
      const of = { class: 'interpreter_missing' as const, service: service.name };
      const cause = `${file.path} needs ${shebang.interpreter}, which the image of ${service.name} does not have`;
      const facts = [line.fact, firstLine(file)];
      if (by === null) {
        const todo = `Use an image that has ${shebang.program}, or write ${file.path} for a program that the image has.`;
        return [finding({ ...of, confidence: 0.9 }, cause, facts, { kind: 'advice', todo })];
      }
      const start = shebang.end - shebang.interpreter.length;
      const operation = replaceAt(file.path, start, shebang.interpreter, by);
      return [
        finding({ ...of, confidence: 0.9 }, cause, facts, {
          kind: 'change',
          operations: [operation],
        }),
      ];
    }),
  );
};

/** What to write instead: an interpreter of the image; null for none, `present` if it is not missing. */
function replacement(
  { programs }: CapturedService,
  { interpreter, program }: { interpreter: string; program: string },
  text: string,
): string | null {
  const isShell = /^(?:bash|ksh|zsh)$/.test(program);
  const byEnv = /env\s/.test(interpreter);
  if (programs.includes(program)) {
    // it is there, so only its path can be wrong
    const isUsual =
      byEnv || (/^\/(?:usr\/)?bin\/(?:sh|bash|ash|dash)$/.test(interpreter) && program !== 'bash');
    return isUsual || !programs.includes('env') ? 'present' : `/usr/bin/env ${program}`;
  }
  if (isShell && bashisms.test(text.replace(/^#!.*/, ''))) return null;
  const known = isShell ? ['sh', 'ash', 'dash'] : (twins[program] ?? []);
  const one = known.find((name) => programs.includes(name));
  if (one === undefined) return null;
  if (one === 'sh') return '/bin/sh';
  return byEnv || programs.includes('env') ? `/usr/bin/env ${one}` : null;
}
