import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { causeIn } from './cause.ts';
import { ComposeError } from './compose-error.ts';
import { environmentFor } from './environment.ts';
import { readFilesOf, type ReadFiles } from './files.ts';
import { findSource, profilesOf, type ComposeSource } from './source.ts';

const execute = promisify(execFile);

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
  /** The same, with the warnings that Compose wrote beside its output. @throws ComposeError */
  withWarnings(args: string[], timeoutMs: number): Promise<{ output: string; stderr: string }>;
  /**
   * Runs Compose on this text, which replaces the first compose file or, without `rest`, all of them.
   * @throws ComposeError
   */
  on(text: string, args: string[], timeoutMs: number, rest?: readonly string[]): Promise<string>;
  /** The same files as another project, with the file `override` on top, if there is one. `signal` ends Compose. */
  as(
    project: string,
    override: string | null,
    signal: AbortSignal,
  ): Pick<ComposeCall, 'own' | 'withWarnings'>;
}

/** All profiles: windows, not profiles, decide which services run. */
const everyProfile = ['--profile', '*'];

/**
 * @param named the value of VX11_COMPOSE_FILE
 * @param binary path of the Compose plugin, if known: calling it directly is some hundredths of a second faster than
 * `docker compose`
 * @param variables of those, Compose gets the ones that it or a file needs
 * @throws ComposeError if the files do not exist
 */
export async function prepareCall(
  named: string,
  binary: string | undefined,
  socket: string,
  variables: NodeJS.ProcessEnv = process.env,
): Promise<ComposeCall> {
  const source = await findSource(named, variables);
  const files = await readFilesOf(source, variables);
  const [command, first] = binary === undefined ? ['docker', ['compose']] : [binary, []];
  const env = {
    ...(await environmentFor(variables, [...files.compose, ...files.values])),
    // the path as the user wrote it, not resolved: a project without a name gets its last part
    PWD: source.folder,
    DOCKER_HOST: `unix://${socket}`,
  };
  const cwd = source.folder;
  const own = [...first, ...source.flags, ...everyProfile];
  const inFolder = ['--project-directory', projectFolder(source)];
  const call = async (
    args: string[],
    timeout: number,
    { input, signal }: { input?: string; signal?: AbortSignal } = {},
  ): Promise<{ output: string; stderr: string }> => {
    const options = { cwd, env, timeout, killSignal: 'SIGKILL', signal } as const;
    const running = execute(command, args, { ...options, maxBuffer: 64 * 1024 ** 2 });
    running.child.stdin?.on('error', () => undefined).end(input);
    try {
      const { stdout: output, stderr } = await running;
      return { output, stderr };
    } catch (error) {
      signal?.throwIfAborted();
      const { stderr, message, code } = error as {
        stderr?: string;
        message: string;
        code?: unknown;
      };
      const cause = code === 'ENOENT' ? `${command} cannot be run: ${message}` : message;
      const unable = typeof code !== 'number';
      throw new ComposeError(causeIn(stderr ?? '') || cause, { cause: error, unable });
    }
  };
  return {
    source,
    files,
    profiles: await profilesOf(source, variables),
    watched: [...new Set([...files.compose, ...files.values, ...source.others])],
    how: { command, args: own, cwd, env },
    own: async (args, timeout) => (await call([...own, ...args], timeout)).output,
    withWarnings: (args, timeout) => call([...own, ...args], timeout),
    on: async (text, args, timeout, rest = []) => {
      const flags = ['-f', '-', ...rest.flatMap((file) => ['-f', file]), ...inFolder];
      const all = [...first, ...flags, ...everyProfile, ...args];
      return (await call(all, timeout, { input: text })).output;
    },
    as: (project, override, signal) => {
      const layers = [...source.files, override ?? []].flat().flatMap((file) => ['-f', file]);
      const theirs = [...first, '-p', project, ...layers, ...inFolder, ...everyProfile];
      const run = (args: string[], timeout: number) =>
        call([...theirs, ...args], timeout, { signal });
      return { own: async (args, timeout) => (await run(args, timeout)).output, withWarnings: run };
    },
  };
}

/** The folder that relative paths in the stack's files refer to. */
export const projectFolder = ({ files, folder }: ComposeSource): string => {
  const [first] = files;
  return first === undefined ? folder : first.slice(0, first.lastIndexOf('/')) || '/';
};
