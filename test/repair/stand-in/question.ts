/** What a question of VX11 shows: its sections, by title. */
export interface Question {
  files: { path: string; text: string }[];
  services: { name: string; lines: string[] }[];
  checks: string[];
  /** Diffs that were tried before. */
  tried: string[];
}

/** Reads the sections of a question. Nothing else is known of the case: neither its name nor its files. */
export function readQuestion(prompt: string): Question {
  const sections = [
    ...prompt.matchAll(/^BEGIN (?<title>.*)\n(?<body>(?:\| .*\n?|\|\n?)*)END$/gm),
  ].map(({ groups }) => ({
    title: groups!['title']!,
    text: (groups?.['body'] ?? '')
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.slice(2))
      .join('\n'),
  }));
  const below = (head: string): { name: string; text: string }[] =>
    sections
      .filter(({ title }) => title.startsWith(`${head} `))
      .map(({ title, text }) => ({ name: title.slice(head.length + 1), text }));
  return {
    files: below('file').map(({ name, text }) => ({ path: name, text })),
    services: below('service').map(({ name, text }) => ({ name, lines: text.split('\n') })),
    checks: sections
      .filter(({ title }) => title === 'red checks')
      .flatMap(({ text }) => text.split('\n')),
    tried: below('tried').map(({ text }) => text),
  };
}

/** A line of a program that a stack trace names. */
export interface Traced {
  service: string;
  quote: string;
  path: string;
  /** From 1. */
  line: number;
}

const traces: readonly RegExp[] = [
  /File "(?<file>[^"]+)", line (?<line>\d+)/,
  /\(?(?:file:\/\/)?(?<file>\/[^\s():]+\.[cm]?[jt]s):(?<line>\d+)(?::\d+)?\)?/,
  /(?<file>[\w./-]+\.(?:sh|py|rb)): (?:line )?(?<line>\d+):/,
];

/** The lines that traces in the logs name, of files that are shown; the newest and deepest first. */
export const tracedLines = ({ services, files }: Question): Traced[] =>
  services.flatMap(({ name, lines }) =>
    lines.toReversed().flatMap((quote) =>
      traces.flatMap((pattern) => {
        const found = pattern.exec(quote)?.groups;
        const base = found?.['file']!.split('/').at(-1);
        const file = files.find(({ path }) => path.split('/').at(-1) === base);
        return found === undefined || file === undefined
          ? []
          : [{ service: name, quote: quote.trim(), path: file.path, line: Number(found['line']) }];
      }),
    ),
  );
