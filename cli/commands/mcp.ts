import { userInfo } from 'node:os';
import { Argument, InvalidArgumentError } from 'commander';
import { durationArgument } from '../argument.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import type { SetUpOptions } from '../mcp/set-up.ts';
import { snippets } from '../mcp/snippets.ts';
import type { AddCommand, Session } from '../session.ts';

const toolsets = ['read', 'windows', 'tasks', 'talk'];

function toolsetsArgument(text: string): string {
  const wrong = text.split(',').find((name) => !toolsets.includes(name));
  if (wrong === undefined) return text;
  throw new InvalidArgumentError(`${wrong} is none of ${toolsets.join(', ')}.`);
}

interface BridgeOptions {
  toolsets?: string;
  readOnly?: boolean;
}

export const addMcp: AddCommand = (program, session) => {
  const group = program
    .command('mcp')
    .description('connect an agent to the gateway over its standard streams; token: VX11_TOKEN')
    .option('--toolsets <names>', `only these tools: ${toolsets.join(', ')}`, toolsetsArgument)
    .option('--read-only', 'only tools that read')
    .action((options: BridgeOptions) => connect(session(), options));
  group
    .command('setup')
    .description('make a token for an agent and print what its host needs (needs an admin token)')
    .addArgument(
      new Argument('<host>', 'the program that the agent runs in').choices(Object.keys(snippets)),
    )
    .option('--person <name>', 'the person whose agent it is', userInfo().username)
    .option(
      '--expires <duration>',
      'when the token expires; 30d at most, and without',
      durationArgument,
    )
    .option(
      '--confirm-in-client',
      'its program may also confirm plans of at most MED risk in a form',
    )
    .action(async (host: string, options: SetUpOptions) => {
      const { setUp } = await import('../mcp/set-up.ts');
      await setUp(session(), host, options);
    });
};

/** The token comes from the environment only: tokens.env has the admin's. */
async function connect(session: Session, { toolsets: names, readOnly }: BridgeOptions) {
  const { env, terminal, gateway, signal } = session;
  const token = env['VX11_TOKEN'];
  if (token === undefined || token === '') {
    const next = 'make one for this agent: vx11 mcp setup HOST';
    throw new CommandFailed(exitCode.usage, `vx11 mcp needs VX11_TOKEN.\n  next: ${next}`);
  }
  const query = new URLSearchParams({
    ...(names !== undefined && { toolsets: names }),
    ...(readOnly === true && { read_only: '1' }),
  });
  const { bridge } = await import('../mcp/bridge.ts');
  await bridge({
    target: { ...gateway.target, token },
    query: query.size === 0 ? '' : `?${query}`,
    input: process.stdin,
    write: (line) => terminal.raw('stdout', `${line}\n`),
    signal,
  });
}
