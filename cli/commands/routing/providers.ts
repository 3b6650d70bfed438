import {
  providerResetAnswer,
  providersView,
  type ProvidersView,
} from '../../../contracts/switch.ts';
import type { AddCommand } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

interface ProvidersOptions {
  models?: boolean;
  reset?: string;
}

export const addProviders: AddCommand = (program, session) => {
  program
    .command('providers')
    .description(
      'list the providers of models, and what is left alone now; switch may sleep meanwhile',
    )
    .option('--models', 'list each model, too')
    .option('--reset <provider>', 'forget the cooldowns and breakers of one first')
    .action(async ({ models = false, reset }: ProvidersOptions) => {
      const { gateway, terminal } = session();
      if (reset !== undefined) {
        const path = `/switch/providers/${encodeURIComponent(reset)}/reset`;
        const { cleared } = await gateway.call('POST', path, providerResetAnswer, { body: {} });
        terminal.err(`${reset}: ${cleared} cooldowns and breakers forgotten`);
      }
      const given = await gateway.call('GET', '/switch/providers', providersView);
      answer(terminal, given, () => text(given, models));
    });
};

type Provider = ProvidersView['providers'][number];
type Block = Provider['keys'][number]['block'];

function text({ at, providers, notes }: ProvidersView, models: boolean): string {
  if (at === null) return 'switch has not run yet: vx11 open switch --ttl 10m';
  if (providers.length === 0)
    return 'No provider is configured. Set the key of one, such as DEEPSEEK_API_KEY, or write VX11_PROVIDERS_FILE.';
  const rows = providers.map((one) => [
    one.id,
    one.kind,
    String(one.models.length),
    keysOf(one),
    one.service ?? '',
    stateOf(one),
    one.base_url,
  ]);
  const headings = ['PROVIDER', 'KIND', 'MODELS', 'KEYS', 'SERVICE', 'STATE', 'ADDRESS'];
  return [table(headings, rows), ...(models ? ['', modelsOf(providers)] : []), ...notes].join('\n');
}

const keysOf = ({ keys }: Provider): string =>
  keys.map(({ env, set }) => (set ? env : `${env} (not set)`)).join(', ') || '–';

const blockText = (block: Block): string =>
  block === null
    ? ''
    : `${block.reason}${block.until_ms === null ? '' : ` until ${new Date(block.until_ms).toISOString()}`}`;

function stateOf({ keys, models }: Provider): string {
  const key = keys.map(({ block }) => blockText(block)).find((one) => one !== '');
  const out = models.filter(({ block }) => block !== null).length;
  return (
    [
      ...(key === undefined ? [] : [key]),
      ...(out === 0 ? [] : [`${out} ${out === 1 ? 'model' : 'models'} out`]),
    ].join(', ') || 'ok'
  );
}

const modelsOf = (providers: readonly Provider[]): string =>
  table(
    ['MODEL', 'CONTEXT', 'IN', 'OUT', 'CAN', 'STATE'],
    providers.flatMap(({ models }) =>
      models.map(({ id, context, price, can, block }) => [
        id,
        context === null ? '?' : String(context),
        price === null ? '?' : String(price.in),
        price === null ? '?' : String(price.out),
        can.join(','),
        blockText(block) || 'ok',
      ]),
    ),
  );
