import { useState } from 'react';
import type { TokenView } from '../../../contracts/token.ts';
import { useWords } from '../../base/words.ts';
import type { TokenList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Button } from '../../parts/button.tsx';
import { Answer, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Ago, Time } from '../../parts/time.tsx';
import { RevokeToken } from '../../things/revoke-token.tsx';
import { TokenDialog } from './token-dialog.tsx';
import { words } from './words.ts';

/** Every token, never its secret. */
export function Tokens() {
  const t = useWords(words);
  const tokens = useRead<TokenList>('tokens', '/vx11/tokens');
  const [making, setMaking] = useState(false);
  const columns: Column<TokenView>[] = [
    { key: 'name', title: t.name, kind: 'main', cell: (one) => <Said>{one.name}</Said> },
    {
      key: 'scope',
      title: t.scope,
      cell: ({ scope, agent, confirms }) =>
        agent === null ? (
          scope
        ) : (
          <>
            {scope} <Said>{`(${t.agentOf(agent.host, agent.person)})`}</Said>
            {confirms !== null && `; ${t.confirms}`}
          </>
        ),
    },
    { key: 'created', title: t.created, cell: (one) => <Time at={one.created_at} /> },
    {
      key: 'expires',
      title: t.expires,
      cell: (one) => (one.expires_at === null ? t.never : <Time at={one.expires_at} />),
    },
    {
      key: 'used',
      title: t.used,
      cell: (one) => (one.last_used_at === null ? t.never : <Ago at={one.last_used_at} />),
    },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => <RevokeToken token={one} />,
    },
  ];
  return (
    <Section
      title={t.tokens}
      count={tokens.data?.tokens.length}
      aside={<Button onPress={() => setMaking(true)}>{t.newToken}</Button>}
    >
      <Answer of={tokens} rows={3}>
        {(data) => (
          <Table
            caption={t.tokens}
            columns={columns}
            rows={data.tokens}
            keyOf={(one) => one.token_id}
          />
        )}
      </Answer>
      {making && <TokenDialog onClose={() => setMaking(false)} />}
    </Section>
  );
}
