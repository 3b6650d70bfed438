import { replaceAt } from '../../../patches/edit.ts';
import type { Capture } from '../../capture.ts';
import type { Finding, Rule } from '../../finding.ts';
import { lineFact } from '../../reading/changes.ts';
import { finding } from '../../reading/findings.ts';
import { logLines, type Line } from '../../reading/lines.ts';
import { offsetOf, tracedIn, type Text } from '../../reading/program-files.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const unknown = /NameError: name '(\w+)' is not defined|ReferenceError: (\w+) is not defined/;

/** Modules of the languages that programs call by their own name. */
const ofPython =
  /^(?:argparse|base64|collections|contextlib|copy|csv|datetime|decimal|functools|glob|hashlib|io|itertools|json|logging|math|operator|os|pathlib|random|re|shutil|statistics|string|subprocess|sys|tempfile|textwrap|time|uuid|zoneinfo)$/;
const ofNode = /^(?:assert|crypto|fs|os|path|readline|util|url|zlib)$/;

/** A program uses a module that it does not import. The import is added at its head. */
export const importMissing: Rule = (capture) =>
  suspects(readStack(capture)).flatMap((service) => {
    const lines = logLines(service);
    for (const [at, line] of lines.entries()) {
      const match = unknown.exec(line.text);
      const name = match?.[1] ?? match?.[2];
      const place = lines
        .slice(at)
        .map(({ text }) => tracedIn(capture, text))
        .find((one) => one !== null);
      if (name === undefined || place === undefined) continue;
      const found = imported(capture, place.file, name);
      if (found !== null) return [report(service.name, line, place.file, name, found, place.line)];
    }
    return [];
  });

/** The statement that imports a module; null if there is none of that name. */
function imported({ files }: Capture, { path, text }: Text, name: string): string | null {
  // a name with an attribute is a module, any other may be a variable that was forgotten
  if (!new RegExp(`(?<![\\w.])${name}\\.\\w`).test(text)) return null;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const isOwn = (ending: string): boolean =>
    files.some((one) => one.path === folder + name + ending);
  if (path.endsWith('.py')) return ofPython.test(name) || isOwn('.py') ? `import ${name}` : null;
  const module = ofNode.test(name) ? `node:${name}` : isOwn('.js') ? `./${name}.js` : null;
  if (module === null) return null;
  const isModule = path.endsWith('.mjs') || /^import\s/m.test(text);
  return isModule
    ? `import * as ${name} from '${module}';`
    : `const ${name} = require('${module}');`;
}

function report(
  service: string,
  said: Line,
  file: Text,
  name: string,
  statement: string,
  line: number,
): Finding {
  const lines = file.text.split('\n');
  // behind what has to be first: an interpreter, a docstring of one line, comments, `from __future__`
  const first = lines.findIndex(
    (one) => !/^(?:#|\/\/|\s*$|(['"])use strict\1|"""[^"]*"""\s*$|from __future__ )/.test(one),
  );
  const start = offsetOf(file.text, first + 1);
  const eol = file.text.includes('\r\n') ? '\r\n' : '\n';
  const gap = /^(?:import|from|const \w+ = require)\b/.test(lines[first] ?? '') ? '' : eol;
  const operation = replaceAt(file.path, start, '', statement + eol + gap);
  return finding(
    { class: 'import_missing', service, confidence: 0.9 },
    `${file.path} uses ${name} and does not import it`,
    [said.fact, lineFact(file, line)],
    { kind: 'change', operations: [operation] },
  );
}
