import { mutated } from './mutations.ts';
import { tracedLines, type Question } from './question.ts';

export interface Answer {
  findings: {
    service: string | null;
    cause: string;
    facts: { quote: string; in: string; name: string }[];
    guesses: string[];
    confidence: number;
    edits: { file: string; old: string; new: string }[];
  }[];
}

const isProgram = (path: string): boolean => /\.(?:py|[cm]?[jt]s|sh|rb)$/.test(path);
/** How many lines around a traced one are looked at: the fault is often just before. */
const around = 3;

/** Changes of the lines that traces name and of those around them; of all lines of programs, where nothing is traced. */
export function templateAnswer(question: Question): Answer {
  const { files, services, tried } = question;
  const traced = tracedLines(question);
  const places =
    traced.length > 0
      ? traced.flatMap((one) => near(one.line).map((line) => ({ ...one, line })))
      : files
          .filter(({ path }) => isProgram(path))
          .flatMap(({ path, text }) =>
            text.split('\n').map((_, at) => ({ path, line: at + 1, quote: null, service: null })),
          );
  const seen = new Set<string>();
  const findings = places.flatMap(({ path, line, quote, service }) => {
    const lines = files.find((file) => file.path === path)!.text.split('\n');
    const own = lines[line - 1];
    if (own === undefined) return [];
    return mutated(own).flatMap((by) => {
      const key = `${path}:${line}:${by}`;
      const before = tried.some((diff) => diff.includes(`+${by.split('\n')[0]}`));
      if (seen.has(key) || before) return [];
      seen.add(key);
      const fact =
        quote === null
          ? { quote: own.trim(), in: 'file', name: path }
          : { quote, in: 'log', name: service };
      return [
        {
          service: service ?? services[0]?.name ?? null,
          cause: `line ${line} of ${path} is wrong`,
          facts: [fact],
          guesses: [],
          confidence: 0.3,
          edits: [{ file: path, ...block(lines, line, by) }],
        },
      ];
    });
  });
  return { findings: findings.slice(0, 5) };
}

const near = (line: number): number[] => [
  line,
  ...Array.from({ length: around }, (_, at) => [line - at - 1, line + at + 1]).flat(),
];

/** The line with as many lines before it as make it unique. */
export function block(
  lines: readonly string[],
  line: number,
  by: string,
): { old: string; new: string } {
  const text = lines.join('\n');
  for (let from = line - 1; from >= 0; from -= 1) {
    const head = lines
      .slice(from, line - 1)
      .map((one) => `${one}\n`)
      .join('');
    const old = head + lines[line - 1]!;
    if (old.trim() !== '' && text.split(old).length === 2) return { old, new: head + by };
  }
  return { old: text, new: lines.with(line - 1, by).join('\n') };
}
