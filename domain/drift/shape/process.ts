import { listOf, setOnly, textOf, type Aspect } from './aspect.ts';

const wordsOf = (value: unknown): string[] => listOf(value).map(textOf);
const shown = (words: readonly string[]): string =>
  words.length === 0 ? '' : JSON.stringify(words);
/** An empty word stands for no entry point. */
const entry = (words: readonly string[]): string[] => words.filter((word) => word !== '');
/** As the Engine writes it: without `.`, `..` and slashes that say nothing. */
function folder(path: string): string {
  if (!path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of path.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return `/${parts.join('/')}`;
}

/** What runs in the container, and as which user. A file with an entry point takes the image's command away. */
export const process: Aspect = {
  compares: ['command', 'command[]', 'entrypoint', 'entrypoint[]', 'user', 'working_dir'],
  expected({ declared, image }) {
    const own = wordsOf(declared['entrypoint']);
    const command = wordsOf(declared['command']);
    const isSet = declared['entrypoint'] !== null && declared['entrypoint'] !== undefined;
    const rest = own.length > 0 ? [] : (image.Cmd ?? []);
    return setOnly({
      entrypoint: shown(entry(isSet ? own : (image.Entrypoint ?? []))),
      command: shown(command.length > 0 ? command : rest),
      user: textOf(declared['user']) || (image.User ?? ''),
      working_dir: folder(textOf(declared['working_dir']) || (image.WorkingDir ?? '')),
    });
  },
  actual({ container: { Config: config } }) {
    return setOnly({
      entrypoint: shown(entry(config.Entrypoint ?? [])),
      command: shown(config.Cmd ?? []),
      user: config.User ?? '',
      working_dir: folder(config.WorkingDir ?? ''),
    });
  },
};
