import { cleanLine } from '../../platform/clean-text.ts';

const mostLength = 200;

interface Argument {
  name: string;
  description: string;
  required: boolean;
}

interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: Argument[];
  /** @param value the argument with this name, quoted as data */
  text(value: (name: string) => string): string;
}

const argument = (name: string, description: string): Argument => ({
  name,
  description,
  required: true,
});

const prompts: readonly Prompt[] = [
  {
    name: 'wake_for_work',
    title: 'Wake a service for some work',
    description: 'Asks for a service to be up for some minutes, and waits until a person agreed.',
    arguments: [
      argument('service', 'The service to wake'),
      argument('minutes', 'For how long, 1 to 60'),
      argument('why', 'What for, for the person who decides'),
    ],
    text: (value) =>
      `Look with vx11_status at the service ${value('service')}. If it sleeps, call vx11_open_window for it, for ${value('minutes')} minutes, with the reason ${value('why')}. Tell me the plan and the command that confirms it, then wait with vx11_plan. Say that it is up only once the plan is DONE.`,
  },
  {
    name: 'why_asleep',
    title: 'Why a service sleeps',
    description: 'Explains from status and events why a service is not up.',
    arguments: [argument('service', 'The service')],
    text: (value) =>
      `Explain from vx11_status, vx11_windows and vx11_events why the service ${value('service')} is not up: asleep by policy, a window that ended, or a fault. Change nothing.`,
  },
  {
    name: 'what_waits_for_me',
    title: 'What waits for me',
    description: 'Lists the plans that wait for a person: steps, risk, and how to confirm each.',
    arguments: [],
    text: () =>
      'List the plans that wait (vx11_plans with status WAITING, then vx11_plan for each): who asked, the exact steps, the risk and why, how it is undone, until when it waits, and the command that confirms it. Recommend nothing.',
  },
  {
    name: 'explain_receipt',
    title: 'Explain a receipt',
    description: 'Explains how a window ended: what stopped, when, how late, what remained.',
    arguments: [argument('window_id', 'The window')],
    text: (value) =>
      `Explain the receipt of the window ${value('window_id')} (vx11_window): what stopped and by what, how late, and whether anything remained.`,
  },
];

/** The text of a prompt; null if there is no such prompt, or an argument is missing. */
export function promptText(
  name: string,
  values: Readonly<Record<string, string>>,
): { description: string; text: string } | null {
  const prompt = prompts.find((one) => one.name === name);
  if (prompt === undefined) return null;
  if (prompt.arguments.some((one) => typeof values[one.name] !== 'string')) return null;
  const text = prompt.text((of) =>
    JSON.stringify(cleanLine(values[of] ?? '').slice(0, mostLength)),
  );
  return { description: prompt.description, text };
}

/** Prompts as clients see them. */
export const listedPrompts = prompts.map((prompt) => ({
  name: prompt.name,
  title: prompt.title,
  description: prompt.description,
  arguments: prompt.arguments,
}));
