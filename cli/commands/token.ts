import { Option } from 'commander';
import {
  createTokenAnswer,
  tokenListAnswer,
  tokenScope,
  tokenView,
  type TokenView,
} from '../../contracts/token.ts';
import { durationArgument } from '../argument.ts';
import type { AddCommand } from '../session.ts';
import { table } from '../table.ts';
import { answer } from '../terminal.ts';
import { showDeadline, showTime } from '../time.ts';

interface CreateOptions {
  scope: string;
  host?: string;
  person?: string;
  expires?: number;
  rotates?: string;
  overlap?: number;
  confirmInClient?: boolean;
}

const scopeText = ({ scope, agent, confirms }: TokenView): string =>
  agent === null
    ? scope
    : `agent in ${agent.host}, for ${agent.person}${confirms === null ? '' : '; confirms in its program'}`;

export const addToken: AddCommand = (program, session) => {
  const group = program
    .command('token')
    .description('manage the tokens of the gateway (needs an admin token)');
  group
    .command('create')
    .description('create a token; its text is shown only once')
    .argument('<name>', 'who or what the token is for')
    .addOption(
      new Option('--scope <scope>', 'what the token permits')
        .choices(tokenScope.options)
        .makeOptionMandatory(),
    )
    .option('--host <name>', 'scope agent: the program that the agent runs in')
    .option('--person <name>', 'scope agent: the person that it works for')
    .option('--confirm-in-client', 'scope agent: its program may confirm plans in a form')
    .option('--expires <duration>', 'when the token expires, such as 30d', durationArgument)
    .option('--rotates <id>', 'the token that this one replaces')
    .option('--overlap <duration>', 'how long the replaced token stays valid', durationArgument)
    .action(async (name: string, options: CreateOptions) => {
      const { scope, host, person, confirmInClient, expires, rotates, overlap } = options;
      const { gateway, terminal } = session();
      const body = {
        name,
        scope,
        ...((host !== undefined || person !== undefined) && { agent: { host, person } }),
        ...(confirmInClient === true && { confirms: 'in_client' }),
        ...(expires !== undefined && { expires_in_seconds: expires }),
        ...(rotates !== undefined && { rotates }),
        ...(overlap !== undefined && { overlap_seconds: overlap }),
      };
      const made = await gateway.call('POST', '/vx11/tokens', createTokenAnswer, { body });
      answer(terminal, made, () => made.token);
      if (terminal.json) return;
      terminal.err(`${made.token_id} (${made.scope}). The line above is shown only once.`);
      terminal.err(
        `  use it:  export VX11_TOKEN=…    revoke it:  vx11 token revoke ${made.token_id}`,
      );
    });
  group
    .command('list')
    .description('list all tokens, without their text')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', '/vx11/tokens', tokenListAnswer);
      answer(terminal, given, () => {
        const rows = given.tokens.map((one) => [
          one.token_id,
          one.name,
          scopeText(one),
          one.revoked_at
            ? `revoked ${showTime(one.revoked_at)}`
            : one.expires_at
              ? showDeadline(one.expires_at)
              : 'no expiry',
          one.last_used_at ? showTime(one.last_used_at) : 'never',
        ]);
        return table(['TOKEN', 'NAME', 'SCOPE', 'VALID UNTIL', 'LAST USED'], rows);
      });
    });
  group
    .command('revoke')
    .description('revoke a token at once')
    .argument('<id>', 'the token id from vx11 token list')
    .action(async (id: string) => {
      const { gateway, terminal } = session();
      const path = `/vx11/tokens/${encodeURIComponent(id)}`;
      const given = await gateway.call('DELETE', path, tokenView);
      answer(terminal, given, () => `${given.token_id} (${given.name}) is revoked.`);
    });
};
