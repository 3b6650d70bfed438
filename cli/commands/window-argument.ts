import { windowId } from '../../contracts/text.ts';

/** Reads an argument as a window id, or else as the service that the window was opened for. */
export const windowOrTarget = (text: string): { window_id: string } | { target: string } =>
  windowId.safeParse(text).success ? { window_id: text } : { target: text };
