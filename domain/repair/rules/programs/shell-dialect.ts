import { replaceAt } from '../../../patches/edit.ts';
import type { Rule } from '../../finding.ts';
import { lineFact } from '../../reading/changes.ts';
import { finding } from '../../reading/findings.ts';
import { logLines } from '../../reading/lines.ts';
import { offsetOf, tracedIn } from '../../reading/program-files.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** What a plain shell says of words of bash, what stands there, and what it knows instead. */
const words: readonly (readonly [RegExp, RegExp, string])[] = [
  [/\[: .*unexpected operator/, /(?<=\[ [^\]]*\s)==(?=\s)/, '='],
  [/: \[: missing \]/, /(?<=\[ [^\]]*\S)(?=\](?:\s*(?:;|&&|\|\|)|\s*$))/, ' '],
  [/: \[: missing \]/, /(?<!\s\])(?=\s*(?:;|&&|\|\|)|\s*$)/, ' ]'],
  [/: source: not found/, /\bsource\s+(?=[./])/, '. '],
  [/: source: not found/, /\bsource\s+(?=\w)/, '. ./'],
  [/: function: not found|"\(" unexpected/, /\bfunction\s+(?=\w+\s*\(\s*\))/, ''],
  [
    /redirection unexpected|unexpected redirection/,
    /^(\s*)(\S[^|;&<]*?)\s*<<<\s*("[^"]*"|'[^']*'|[\w$]+)\s*$/,
    "$1printf '%s\\n' $3 | $2",
  ],
  [/: let: not found/, /\blet\s+(\w+)=(\S+)/, '$1=$(($2))'],
];

/** 13: a script that a plain shell runs has a word that only bash knows. It is written as every shell reads it. */
export const shellDialect: Rule = (capture) =>
  suspects(readStack(capture)).flatMap((service) => {
    for (const line of logLines(service)) {
      const place = tracedIn(capture, line.text);
      const own = place?.file.text.split('\n')[place.line - 1]?.replace(/\r$/, '');
      if (place === null || own === undefined) continue;
      const found = words.find(([said, what]) => said.test(line.text) && what.test(own));
      if (found === undefined) continue;
      const start = offsetOf(place.file.text, place.line);
      const operation = replaceAt(place.file.path, start, own, own.replace(found[1], found[2]));
      return [
        finding(
          { class: 'shell_dialect', service: service.name, confidence: 0.85 },
          `line ${place.line} of ${place.file.path} is not written for a plain shell`,
          [line.fact, lineFact(place.file, place.line)],
          { kind: 'change', operations: [operation] },
        ),
      ];
    }
    return [];
  });
