import { madreRevertReply } from '../../../contracts/chat.ts';
import { patchListAnswer, patchView, type PatchView } from '../../../contracts/patch.ts';
import { applyPatchAnswer, createPatchAnswer } from '../../../contracts/drift-patch.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
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
    .command('create')
    .description('make a patch of what is not as declared, and prove it; changes nothing')
    .argument('<service>', 'a service; or stack')
    .option('--adopt', 'make the file as what runs, instead of what runs as the file')
    .option('--path <path>', 'only what vx11 drift shows at or below this path')
    .option('--reason <text>', 'why', 'drift')
    .action((service: string, options: MakeOptions) => create(session(), service, options));
  patch
    .command('apply')
    .description('make the plan that applies a patch, or say how it stands')
    .argument('<patch>', 'its id')
    .action((id: string) => apply(session(), id));
  patch
    .command('revert')
    .alias('rollback')
    .description('make the plan that takes a patch back')
    .argument('<patch>', 'its id')
    .action((id: string) => revert(session(), id));
};

interface MakeOptions {
  adopt?: true;
  path?: string;
  reason: string;
}

async function create(
  { gateway, terminal }: Session,
  module_name: string,
  { adopt, path, reason }: MakeOptions,
): Promise<void> {
  const body = {
    module_name,
    issue_description: reason,
    severity: 'normal',
    direction: adopt === true ? 'adopt' : 'restore',
    ...(path !== undefined && { path }),
  };
  const given = await gateway.call('POST', '/manifestator/patch/create', createPatchAnswer, {
    body,
  });
  const { status, patch, left, hint, error } = given;
  answer(terminal, given, () =>
    [
      ...(patch?.change?.acts ?? []),
      ...(patch === null ? [] : [patch.diff.trimEnd()]),
      ...(patch?.change?.loses ?? []).map((one) => `cannot be taken back: ${one}`),
      ...left.map((one) => `stays: ${one.path}: ${one.because}`),
      ...(hint === null ? [] : [hint]),
    ]
      .filter(Boolean)
      .join('\n'),
  );
  const code =
    error !== null ? exitCode.refused : status === 'refused' ? 1 : status === 'no_patch' ? 2 : 0;
  if (code !== 0) throw new CommandFailed(code, '');
}

/** 0: applied, or it waits. 1: it failed, or was taken back, or a file changed meanwhile. */
async function apply({ gateway, terminal }: Session, id: string): Promise<void> {
  const path = `/manifestator/patch/${encodeURIComponent(id)}/apply`;
  const given = await gateway.call('POST', path, applyPatchAnswer, { body: {} });
  const { status, plan_id, detail, diff } = given;
  answer(terminal, given, () =>
    [
      `${id}: ${status}`,
      ...(detail === null ? [] : [detail]),
      ...(status === 'stack_read_only' ? [diff.trimEnd()] : []),
      ...(status === 'waiting' && plan_id !== null
        ? [`Confirm it: vx11 plan confirm ${plan_id}`]
        : []),
    ].join('\n'),
  );
  if (!['waiting', 'applying', 'applied'].includes(status)) throw new CommandFailed(1, '');
}

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
