import { z } from 'zod';
import { windowState, type WindowView } from '../../../contracts/window.ts';
import { cursorPattern } from '../../../store/windows/windows.ts';
import { noSuchWindow } from '../../windows/answers.ts';
import { field } from '../fields.ts';
import { cursorOf, fittingPage, olderOnes } from '../content/paging.ts';
import { defineTool } from '../tool.ts';
import { waitForChange } from '../wait.ts';

const ended = ({ state }: WindowView): boolean => state === 'closed' || state === 'failed';

export const shownWindow = (view: WindowView) => ({
  window_id: view.window_id,
  host: view.host,
  services: view.services,
  state: view.state,
  owner: view.owner,
  untrusted_reason: view.reason,
  opened_at: view.opened_at,
  expires_at: view.expires_at,
  overrun_ms: view.receipt?.overrun_ms ?? null,
  residue: view.receipt?.residue ?? [],
});

/** A window with its receipt, without the ids of containers. */
export const wholeWindow = (view: WindowView) => ({
  ...shownWindow(view),
  members: view.members,
  waiting_for: view.waiting_for,
  services_failed: view.services_failed.map(({ service, error, detail }) => ({
    service,
    error,
    untrusted_detail: detail,
  })),
  receipt:
    view.receipt === null
      ? null
      : {
          closed_by: view.receipt.closed_by,
          deadline: view.receipt.deadline,
          closed_at: view.receipt.closed_at,
          overrun_ms: view.receipt.overrun_ms,
          residue: view.receipt.residue,
          services: view.receipt.services.map(
            ({ service, outcome, exit_code, stopped_by, stopped_at, overrun_ms }) => ({
              service,
              outcome,
              exit_code,
              stopped_by,
              stopped_at,
              overrun_ms,
            }),
          ),
        },
});

export const windowsTool = defineTool({
  name: 'vx11_windows',
  title: 'Windows',
  description:
    'Windows, newest first: which services are held up, by whom, why, until when, and what was left after the end. Reading extends none. One window with its receipt: vx11_window.',
  toolset: 'windows',
  kind: 'read',
  steps: [],
  rest: 'pass a smaller limit, or call vx11_window',
  input: z.strictObject({
    state: windowState.optional(),
    service: field.service.optional(),
    limit: field.limit(50).optional(),
    cursor: field.cursor.optional(),
  }),
  async run({ state, service, limit = 20, cursor }, { context }) {
    const data = await fittingPage(limit, async (most) => {
      const { windows, next_cursor } = await context.store().windows.list({
        limit: most,
        ...(state !== undefined && { state }),
        ...(service !== undefined && { service }),
        ...(cursor !== undefined && { cursor: cursorOf(cursor, cursorPattern) }),
      });
      return { windows: windows.map(shownWindow), next_cursor };
    });
    const more = data.next_cursor === null ? '' : olderOnes;
    return { say: `${data.windows.length} windows.${more}`, data };
  },
});

export const windowTool = defineTool({
  name: 'vx11_window',
  title: 'One window',
  description:
    'One window, and its receipt once it ended: what stopped, when, how, how late, what remained. With wait_seconds it answers at the next change. Reading does not extend it; asking again with vx11_open_window renews it, after a person agrees.',
  toolset: 'windows',
  kind: 'read',
  steps: [],
  rest: { path: ({ window_id }) => `windows/${window_id as string}` },
  input: z.strictObject({ window_id: field.windowId, wait_seconds: field.wait.optional() }),
  async run({ window_id, wait_seconds = 0 }, call) {
    const { windows } = call.context.store();
    const view = await waitForChange(call, wait_seconds, {
      find: () => windows.find(window_id),
      seen: ({ state, expires_at, services }) => JSON.stringify([state, expires_at, services]),
      over: ended,
      message: ({ state }) => `the window is ${state}`,
      part: (one) => (ended(one) ? 1 : 0),
    });
    if (view === null) throw noSuchWindow(window_id);
    const end = view.expires_at === null ? '' : ` until ${view.expires_at}`;
    const say = `${window_id} (${view.services.join(', ')}) is ${view.state}${ended(view) ? '' : end}.`;
    return { say, data: wholeWindow(view) };
  },
});
