import type { CliProgramName } from '../../../contracts/provider.ts';
import {
  readClaude,
  readCodex,
  readGemini,
  readOpencode,
  readPlain,
  readQwen,
  type ReadProgram,
} from './answer.ts';

/** A program that answers one prompt from its standard input. */
export interface CliProgram {
  /** Its call as a line of a shell, to which arguments are added. */
  call: string;
  /** The option that names a model. */
  modelOption: string | null;
  /** What its task needs by default, in MB. */
  memoryMb: number;
  /** The line of a Dockerfile that adds it to the image of sandboxes. */
  install: string;
  read: ReadProgram;
}

/** The programs that can be targets, by name. The prompt goes to their standard input and never into an argument. */
export const cliPrograms: Readonly<Record<CliProgramName, CliProgram>> = {
  codex: {
    call: 'codex exec --json --skip-git-repo-check',
    modelOption: '--model',
    memoryMb: 512,
    install: 'RUN npm install -g @openai/codex',
    read: readCodex,
  },
  claude: {
    call: 'claude -p --output-format json',
    modelOption: '--model',
    memoryMb: 1024,
    install: 'RUN npm install -g @anthropic-ai/claude-code',
    read: readClaude,
  },
  gemini: {
    // it refuses to run in a folder that nobody called trusted; the sandbox has nothing else
    call: 'env GEMINI_CLI_TRUST_WORKSPACE=true gemini -o json',
    modelOption: '-m',
    memoryMb: 1024,
    install: 'RUN npm install -g @google/gemini-cli',
    read: readGemini,
  },
  opencode: {
    call: 'opencode run --format json',
    modelOption: '--model',
    memoryMb: 1024,
    install: 'RUN npm install -g opencode-ai',
    read: readOpencode,
  },
  qwen: {
    call: 'qwen -o json',
    modelOption: '-m',
    memoryMb: 1024,
    install: 'RUN npm install -g @qwen-code/qwen-code',
    read: readQwen,
  },
  llm: {
    call: 'llm prompt',
    modelOption: '-m',
    memoryMb: 256,
    install: 'RUN pip install llm',
    read: readPlain,
  },
  ollama: {
    call: 'ollama run',
    modelOption: null,
    memoryMb: 256,
    install: 'COPY --from=ollama/ollama /usr/bin/ollama /usr/local/bin/ollama',
    read: readPlain,
  },
};

/** Why a program did not run that the image of sandboxes does not contain, and what to do. */
export const notInstalled = (name: CliProgramName): string =>
  `${name} is not in the image of sandboxes (VX11_SANDBOX_IMAGE): add \`${cliPrograms[name].install}\` to its Dockerfile`;

/** The arguments that name a model; a model called `default` is the one that the program itself takes. */
export function modelArguments({ modelOption }: CliProgram, model: string): string[] {
  if (model === 'default') return [];
  return modelOption === null ? [model] : [modelOption, model];
}
