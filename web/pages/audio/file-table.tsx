import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import type { AudioFile } from '../../../contracts/audio.ts';
import { bytes } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { Download } from '../../things/download.tsx';
import { useStart } from './start/use-start.ts';
import { words } from './words.ts';

/** The uploaded files, and what may be done with each. @param blocked why no job can be started now */
export function FileTable({
  files,
  blocked,
}: {
  files: readonly AudioFile[];
  blocked: string | undefined;
}) {
  const t = useWords(words);
  const columns: Column<AudioFile>[] = [
    {
      key: 'name',
      title: t.file,
      kind: 'main',
      cell: (one) => <Said>{one.name}</Said>,
      sort: (one, other) => one.name.localeCompare(other.name),
    },
    {
      key: 'size',
      title: t.size,
      kind: 'num',
      cell: (one) => bytes(one.size_bytes),
      sort: (one, other) => one.size_bytes - other.size_bytes,
    },
    {
      key: 'at',
      title: t.uploadedAt,
      cell: (one) => <Time at={one.uploaded_at} />,
      sort: (one, other) => one.uploaded_at.localeCompare(other.uploaded_at),
    },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => <Acts name={one.name} blocked={blocked} />,
    },
  ];
  return (
    <Table caption={t.filesCaption} columns={columns} rows={files} keyOf={(one) => one.name} />
  );
}

function Acts({ name, blocked }: { name: string; blocked: string | undefined }) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const [, setSearch] = useSearchParams();
  const analyze = useStart('analyze');
  const remove = useAct(
    useCallback(async () => {
      await change('DELETE', `/vx11/audio/files/${encodeURIComponent(name)}`);
      announce(t.removed(name));
      markChanged(['audio']);
    }, [name, t]),
  );
  return (
    <>
      <Buttons>
        {mayChange && (
          <>
            <Button
              about={name}
              busy={analyze.act.busy && t.starting}
              blocked={blocked}
              onPress={() => void analyze.act.run({ audio_path: name })}
            >
              {t.analyze}
            </Button>
            <Button about={name} blocked={blocked} onPress={() => setSearch({ master: name })}>
              {t.master}
            </Button>
          </>
        )}
        <Download below="/vx11/audio/files/" path={name} about={name}>
          {t.download}
        </Download>
        {mayChange && (
          <Button
            weight="quiet"
            about={name}
            busy={remove.busy && t.removing}
            onPress={() => void remove.run()}
          >
            {t.remove}
          </Button>
        )}
      </Buttons>
      {analyze.hint !== null && <Said english>{analyze.hint}</Said>}
      <ActFailure state={analyze.act.state} />
      <ActFailure state={remove.state} />
    </>
  );
}
