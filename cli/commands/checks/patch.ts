import { madreRevertReply } from '../../../contracts/chat.ts';
import { patchListAnswer, patchView, type PatchView } from '../../../contracts/patch.ts';
import type { AddCommand, Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

export const addPatch: AddCommand = (program, session) => {
  const patch = program.command('patch').description('changes of files of the stack');
  patch
    .command('list')
    .description('list the last patches')
    .action(() => list(session()));
  patch
    .command('show')
    .description('show a patch as a diff that git apply takes')
    .argument('<patch>', 'its id')
    .action((id: string) => show(session(), id));
  patch
    .command('revert')
    .description('make the plan that takes a patch back')
    .argument('<patch>', 'its id')
    .action((id: string) => revert(session(), id));
};

async function list({ gateway, terminal }: Session): Promise<void> {
  const given = await gateway.call('GET', '/vx11/patches?limit=20', patchListAnswer);
  const rows = given.patches.map(({ patch_id, status, files, created_at, cause }) => [
    patch_id,
    status,
    files.map(({ path }) => path).join(', '),
    created_at,
    cause,
  ]);
  answer(terminal, given, () => table(['PATCH', 'STATUS', 'FILES', 'MADE', 'CAUSE'], rows));
}

async function show({ gateway, terminal }: Session, id: string): Promise<void> {
  const given = await gateway.call('GET', `/vx11/patches/${encodeURIComponent(id)}`, patchView);
  terminal.err(aboutPatch(given));
  answer(terminal, given, () => given.diff.trimEnd());
}

const aboutPatch = ({ patch_id, status, cause, detail }: PatchView): string =>
  [`${patch_id} ${status}: ${cause}`, ...(detail === null ? [] : [detail])].join('\n');

async function revert({ gateway, terminal }: Session, id: string): Promise<void> {
  const path = `/vx11/patches/${encodeURIComponent(id)}/revert`;
  const given = await gateway.call('POST', path, madreRevertReply, { body: {} });
  const { plan_id, status, steps } = given.plan;
  answer(terminal, given, () =>
    [
      ...steps.map(({ effect }) => effect),
      status === 'WAITING' ? `Confirm it: vx11 plan confirm ${plan_id}` : `${plan_id}: ${status}`,
    ].join('\n'),
  );
}
