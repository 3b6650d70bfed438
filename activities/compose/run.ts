import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { causeIn } from './cause.ts';
import { ComposeError } from './compose-error.ts';
import { environmentFor } from './environment.ts';
import { readFilesOf, type ReadFiles } from './files.ts';
import { findSource, profilesOf, type ComposeSource } from './source.ts';

const run = promisify(execFile);

/** The stack's files at this moment, and a way to call Compose on them. */
export interface ComposeCall {
  source: ComposeSource;
  files: ReadFiles;
  /** Profiles that are active for `docker compose` without a `--profile` flag. */
  profiles: string[];
  /** All files that affect Compose's output or how it is called, including files that do not exist. */
  watched: string[];
  /** The command for callers that run Compose themselves. `args` come first and name the stack's files. */
  how: { command: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv };
  /** Runs Compose on the stack's files. @throws ComposeError */
  own(args: string[], timeoutMs: number): Promise<string>;
  /**
   * Runs Compose on this text, which replaces the first compose file or, without `rest`, all of them.
   * @throws ComposeError
   */
  on(text: string, args: string[], timeoutMs: number, rest?: readonly string[]): Promise<string>;
}

/** All profiles: windows, not profiles, decide which services run. */
const everyProfile = ['--profile', '*'];

/**
 * @param named the value of VX11_COMPOSE_FILE
 * @param binary path of the Compose plugin, if known: calling it directly is some hundredths of a second faster than
 * `docker compose`
 * @throws ComposeError if the files do not exist
 */
export async function prepareCall(
  named: string,
  binary: string | undefined,
  socket: string,
): Promise<ComposeCall> {
  const source = await findSource(named, process.env);
  const files = await readFilesOf(source, process.env);
  const [command, first] = binary === undefined ? ['docker', ['compose']] : [binary, []];
  const env = {
    ...(await environmentFor(process.env, [...files.compose, ...files.values])),
    // the path as the user wrote it, not resolved: a project without a name gets its last part
    PWD: source.folder,
    DOCKER_HOST: `unix://${socket}`,
  };
  const cwd = source.folder;
  const own = [...first, ...source.flags, ...everyProfile];
  const call = async (args: string[], timeout: number, input?: string): Promise<string> => {
    const options = { cwd, env, timeout, killSignal: 'SIGKILL' } as const;
    const running = run(command, args, { ...options, maxBuffer: 64 * 1024 ** 2 });
    running.child.stdin?.on('error', () => undefined).end(input);
    try {
      return (await running).stdout;
    } catch (error) {
      const { stderr, message, code } = error as {
        stderr?: string;
        message: string;
        code?: unknown;
      };
      const cause = code === 'ENOENT' ? `${command} cannot be run: ${message}` : message;
      throw new ComposeError(causeIn(stderr ?? '') || cause, { cause: error });
    }
  };
  return {
    source,
    files,
    profiles: await profilesOf(source, process.env),
    watched: [...new Set([...files.compose, ...files.values, ...source.others])],
    how: { command, args: own, cwd, env },
    own: (args, timeout) => call([...own, ...args], timeout),
    on: (text, args, timeout, rest = []) => {
      const flags = ['-f', '-', ...rest.flatMap((file) => ['-f', file])];
      const folder = ['--project-directory', projectFolder(source)];
      return call([...first, ...flags, ...folder, ...everyProfile, ...args], timeout, text);
    },
  };
}

const projectFolder = ({ files, folder }: ComposeSource): string => {
  const [first] = files;
  return first === undefined ? folder : first.slice(0, first.lastIndexOf('/')) || '/';
};
