import type { TokenView } from '../../../contracts/token.ts';
import { useWords } from '../../base/words.ts';
import type { TokenList } from '../../live/answers.ts';
import { useNow } from '../../live/clock.ts';
import { useRead } from '../../live/queries.ts';
import { Answer, Empty, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Ago, Time } from '../../parts/time.tsx';
import { RevokeToken } from '../../things/revoke-token.tsx';
import { words } from './words.ts';

/** No event tells of the use of a token. */
const lookMs = 30_000;

/** The tokens of agents: the program and the person of each, its last use, its end, and who made it. */
export function AgentTokens() {
  const t = useWords(words);
  const now = useNow();
  const tokens = useRead<TokenList>('tokens', '/vx11/tokens', {}, { everyMs: () => lookMs });
  const isOver = ({ expires_at }: TokenView): boolean =>
    expires_at !== null && now !== null && Date.parse(expires_at) <= now;
  const columns: Column<TokenView>[] = [
    {
      key: 'host',
      title: t.host,
      kind: 'main',
      cell: ({ agent }) => <Said>{agent?.host ?? ''}</Said>,
    },
    { key: 'person', title: t.person, cell: ({ agent }) => <Said>{agent?.person ?? ''}</Said> },
    { key: 'name', title: t.name, cell: (one) => <Said>{one.name}</Said> },
    {
      key: 'by',
      title: t.madeBy,
      cell: (one) => (one.created_by === null ? t.unknown : <Said>{one.created_by}</Said>),
    },
    { key: 'made', title: t.made, cell: (one) => <Time at={one.created_at} seconds={false} /> },
    {
      key: 'used',
      title: t.used,
      cell: (one) => (one.last_used_at === null ? t.never : <Ago at={one.last_used_at} />),
    },
    {
      key: 'expires',
      title: t.expires,
      cell: (one) =>
        one.expires_at === null ? t.never : isOver(one) ? t.expired : <Time at={one.expires_at} />,
    },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => !isOver(one) && <RevokeToken token={one} />,
    },
  ];
  const ofAgents = tokens.data?.tokens.filter(({ scope }) => scope === 'agent');
  return (
    <Section title={t.tokens} count={ofAgents?.length}>
      <Answer of={tokens} rows={2}>
        {() =>
          ofAgents === undefined || ofAgents.length === 0 ? (
            <Empty>
              {t.noTokens} <code>vx11 mcp setup claude-code</code>
            </Empty>
          ) : (
            <Table
              caption={t.tokens}
              columns={columns}
              rows={ofAgents.toReversed()}
              keyOf={(one) => one.token_id}
            />
          )
        }
      </Answer>
    </Section>
  );
}
