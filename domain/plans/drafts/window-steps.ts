import type { StepDraft } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { isOpen } from '../../windows/window.ts';
import { planTextsOf } from '../plan-languages.ts';
import type { PlanningContext } from '../planning-context.ts';
import { closingMore } from '../risk.ts';
import { drafted, refuseWith, type DraftRequest, type StepsDraft } from '../steps-draft.ts';
import { isOwn, mayEnd } from '../window-rights.ts';

/** The steps of a request that names a live window itself: to close it or to extend it. */
export function stepsForWindow(
  id: string,
  request: DraftRequest,
  context: PlanningContext,
): StepsDraft {
  const { action, language } = request.intent;
  const view = context.windows.find(({ window_id }) => window_id === id);
  if (view === undefined) {
    return refuseWith('window_not_found', planTextsOf(language).noLiveWindow(id));
  }
  return (action === 'extend_window' ? extend : close)(view, request, context);
}

/** Anyone may propose to close a window by its id; a person has to confirm it if the window is someone else's. */
function close(view: WindowView, request: DraftRequest, context: PlanningContext): StepsDraft {
  const { window_id, owner } = view;
  const { language } = request.intent;
  const draft: StepDraft = {
    type: 'CLOSE_WINDOW',
    params: { window_ids: [window_id], services: null },
  };
  const foreign = closingMore(planTextsOf(language).ofOwner(window_id, owner), language);
  return drafted([draft], [], isOwn(request, view, context) ? [] : [foreign]);
}

function extend(view: WindowView, request: DraftRequest, context: PlanningContext): StepsDraft {
  const { window_id, host, owner, mode } = view;
  const texts = planTextsOf(request.intent.language);
  const services = view.services.slice(0, 10);
  const seconds = Math.max(1, Math.ceil(request.intent.ttl_seconds ?? 0));
  if (!mayEnd(request, view, context)) {
    const whose = texts.ofOwner(window_id, owner);
    return refuseWith(
      'window_not_open',
      texts.notYoursToExtend(services.join(', '), whose, seconds),
    );
  }
  if (!isOpen(view)) return refuseWith('window_not_open', texts.notOpenYet(window_id));
  if (mode === 'hold') return refuseWith('window_not_open', texts.noEndToMove(window_id));
  return drafted([{ type: 'EXTEND_WINDOW', params: { window_id, host, services, seconds } }]);
}
