import { Link } from 'wouter';
import type { ServiceReceipt, WindowView } from '../../contracts/window.ts';
import { duration } from '../base/durations.ts';
import { useWords } from '../base/words.ts';
import { announce } from '../parts/announce.tsx';
import { Button } from '../parts/button.tsx';
import { copyText } from '../parts/copy.ts';
import { Mark, type Shape, type Tone } from '../parts/mark.tsx';
import { Facts, Note, Section } from '../parts/page.tsx';
import { Quoted, Said } from '../parts/said.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { receiptWords } from './receipt-words.ts';

const looks: Record<ServiceReceipt['outcome'], [Shape, Tone]> = {
  stopped: ['check', 'good'],
  killed: ['warning', 'warn'],
  done: ['check', 'good'],
  was_down: ['ring', 'calm'],
  kept: ['full', 'accent'],
  left_running: ['cross', 'bad'],
};

/** The proof of how a window ended: each service, who stopped it, how late, and what was left. */
export function Receipt({ window }: { window: WindowView }) {
  const t = useWords(receiptWords);
  const { receipt } = window;
  if (receipt === null) {
    return (
      <Section title={t.receipt}>
        <p>{t.noReceipt}</p>
      </Section>
    );
  }
  const { residue, closed_by, overrun_ms, closed_at, reason } = receipt;
  const columns: Column<ServiceReceipt>[] = [
    { key: 'service', title: t.service, kind: 'main', cell: (one) => <Said>{one.service}</Said> },
    {
      key: 'outcome',
      title: t.outcome,
      cell: (one) => {
        const [shape, tone] = looks[one.outcome];
        return (
          <>
            <Mark shape={shape} tone={tone}>
              {t[one.outcome]}
            </Mark>
            {one.kept_for.map((id) => (
              <span key={id}>
                {' '}
                <Link to={`/windows/${id}`}>{t.keptFor(id)}</Link>
              </span>
            ))}
          </>
        );
      },
    },
    {
      key: 'by',
      title: t.stoppedBy,
      cell: (one) => (one.stopped_by === null ? '' : t[one.stopped_by]),
    },
    {
      key: 'at',
      title: t.stoppedAt,
      cell: (one) => (one.stopped_at === null ? '' : <Time at={one.stopped_at} />),
    },
    {
      key: 'took',
      title: t.stopTook,
      kind: 'num',
      cell: (one) => (one.stop_ms === null ? '' : duration(one.stop_ms)),
    },
    {
      key: 'late',
      title: t.late,
      kind: 'num',
      cell: (one) => (one.overrun_ms === null ? '' : duration(one.overrun_ms)),
    },
    { key: 'exit', title: t.exit, kind: 'num', cell: (one) => one.exit_code ?? '' },
  ];
  const copy = async (): Promise<void> => {
    const done = await copyText(JSON.stringify(receipt, null, 2));
    if (done) announce(t.copied);
    else announce(t.notCopied, 'warn');
  };
  return (
    <Section title={t.receipt} aside={<Button onPress={() => void copy()}>{t.copyProof}</Button>}>
      {residue.length === 0 ? (
        <Note tone="good">{t.clean}</Note>
      ) : (
        <Note tone="bad">
          <Said>{t.residue(residue.join(', '))}</Said>
        </Note>
      )}
      <Facts
        of={[
          [t.by, t[closed_by]],
          reason === null ? null : [t.reason, <Quoted key="reason">{reason}</Quoted>],
          [t.ended, <Time key="at" at={closed_at} />],
          overrun_ms === null ? null : [t.late, duration(overrun_ms)],
        ]}
      />
      <Table
        caption={t.receipt}
        columns={columns}
        rows={receipt.services}
        keyOf={(one) => one.service}
      />
    </Section>
  );
}
