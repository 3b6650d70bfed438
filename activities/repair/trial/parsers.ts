/** Time limit of one parser. */
export const parseMs = 10_000;

/** Reads Python from its input and parses it; nothing is imported or written. */
const pythonParser = 'import ast, sys; ast.parse(sys.stdin.buffer.read(), sys.argv[1])';

/** How to parse a file without running any of it. */
interface Parser {
  command: string;
  args: (file: string) => string[];
  /** Whether the file is the parser's input. */
  reads: boolean;
}

/** What reads a file of this kind; null if nothing here does. */
export function parserOf(path: string, text: string): Parser | null {
  const [, interpreter = ''] = /^#!\s*(?:\S*\/)?(?:env\s+)?(\S+)/.exec(text) ?? [];
  const program = interpreter.replace(/^.*\//, '');
  if (/\.[cm]?js$/i.test(path) || /^node(js)?$/.test(program))
    return { command: process.execPath, args: (file) => ['--check', file], reads: false };
  if (/\.py$/i.test(path) || /^python[\d.]*$/.test(program))
    return { command: 'python3', args: () => ['-I', '-S', '-c', pythonParser, path], reads: true };
  // an interpreter's own dialect is only known to itself
  if (/^(bash|dash|ash)$/.test(program))
    return {
      command: program === 'ash' ? 'sh' : program,
      args: (file) => ['-n', file],
      reads: false,
    };
  if (/\.sh$/i.test(path) || program === 'sh')
    return { command: 'sh', args: (file) => ['-n', file], reads: false };
  return null;
}

/** Nothing of this process's settings reaches a parser. */
export const parserEnv = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
});

/** What the work throws, with the path before it; null if nothing. */
export function thrownBy(path: string, work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return `${path}: ${(error as Error).message}`;
  }
}
