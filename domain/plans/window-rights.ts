import { isSameWho } from '../../contracts/principal.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { PlanningContext } from './planning-context.ts';
import type { DraftRequest } from './steps-draft.ts';

/** Whether the requester owns the window. */
export const isOwn = (
  { actor, principal = null }: DraftRequest,
  { owner, window_id }: WindowView,
  { owners }: PlanningContext,
): boolean =>
  isSameWho({ name: actor, principal }, { name: owner, principal: owners.get(window_id) ?? null });

/** Whether the requester may end the window: a target window is shared, an operator window belongs to its owner. */
export const mayEnd = (
  request: DraftRequest,
  view: WindowView,
  context: PlanningContext,
): boolean => view.kind === 'target' || request.scope === 'admin' || isOwn(request, view, context);
