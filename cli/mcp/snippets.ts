import type { Launch } from './launch.ts';

interface Snippet {
  /** Where it goes. */
  where: string;
  text: (launch: Launch) => string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const quoted = (text: string): string => JSON.stringify(text);
const mcpServers = (launch: Launch): string => json({ mcpServers: { vx11: launch } });
const shell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The lines of a table with its head; none if it is empty. */
const table = (
  head: string,
  env: Launch['env'],
  line: (entry: [string, string]) => string,
): string[] => (Object.keys(env).length === 0 ? [] : [head, ...Object.entries(env).map(line)]);

/** The hosts that are known, and what each has to be given. */
export const snippets: Record<string, Snippet> = {
  'claude-code': {
    where: 'Run this once:',
    text: ({ command, args, env }) =>
      [
        'claude mcp add vx11',
        ...Object.entries(env).map(([name, value]) => `--env ${name}=${shell(value)}`),
        '--',
        ...[command, ...args].map(shell),
      ].join(' '),
  },
  'claude-desktop': { where: 'Put this into claude_desktop_config.json:', text: mcpServers },
  cursor: { where: 'Put this into .cursor/mcp.json:', text: mcpServers },
  vscode: {
    where: 'Put this into .vscode/mcp.json:',
    text: (launch) => json({ servers: { vx11: { type: 'stdio', ...launch } } }),
  },
  goose: {
    where: 'Put this into the config.yaml of goose:',
    text: ({ command, args, env }) =>
      [
        'extensions:',
        '  vx11:',
        '    enabled: true',
        '    type: stdio',
        '    name: vx11',
        '    timeout: 60',
        `    cmd: ${quoted(command)}`,
        `    args: [${args.map(quoted).join(', ')}]`,
        ...table('    envs:', env, ([name, value]) => `      ${name}: ${quoted(value)}`),
      ].join('\n'),
  },
  codex: {
    where: 'Put this into config.toml of Codex:',
    text: ({ command, args, env }) =>
      [
        '[mcp_servers.vx11]',
        `command = ${quoted(command)}`,
        `args = [${args.map(quoted).join(', ')}]`,
        ...table('[mcp_servers.vx11.env]', env, ([name, value]) => `${name} = ${quoted(value)}`),
      ].join('\n'),
  },
};
