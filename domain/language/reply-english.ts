import type { Agreement, Sentences } from './reply-sentences.ts';

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const whoHas = (agreement: Agreement): string => {
  if (agreement.kind === 'several') return `${agreement.count} people have to`;
  return agreement.kind === 'another' ? 'Another person has to' : 'You have to';
};

const help =
  'Say what you want in a sentence. For example: "open web for 20 minutes because demo", "close web", ' +
  '"extend web by 10 minutes", "status", "restart web", "run `uptime`". Orders that interrupt or remove something wait for your confirmation.';

export const english: Sentences = {
  help,
  talk: `I open services for a while and put them to sleep again. ${help}`,

  noServiceKnown: 'No service is known yet.',
  nothingRuns: 'Nothing runs in a window.',
  inNoFile: (names) => `${names}: not in any compose file.`,
  service: (name, health, reason, until) =>
    [
      name,
      health === 'ok' ? 'is up' : `is ${health}`,
      reason === null ? '' : `(${reason})`,
      until === null ? '' : `until ${until}`,
    ]
      .filter(Boolean)
      .join(' '),
  onHost: (name, host) => `${name} on ${host}`,
  asleep: (count, names) =>
    `${plural(count, 'service')} asleep by policy${names === '' ? '' : ` (${names})`}.`,
  nothingKnown: 'Neither madre nor the store answers, so the status is unknown. Try again shortly.',

  waits: (risk, because, agreement, until, steps) =>
    `The risk is ${risk}: ${because}. ${whoHas(agreement)} confirm it before ${until}: ${steps}.`,
  underWay: (plan, steps) => `It is in progress as ${plan}: ${steps}.`,
  rejected: (plan) => `${plan} was rejected; nothing was done.`,
  cancelled: (plan, undone) =>
    `${plan} was cancelled${undone === '' ? '' : `; undone: ${undone}`}.`,
  failed: (detail) => `That did not work. ${detail}`.trim(),
  failure: () => null,
  cause: (reason) => reason,
  dryRun: (risk, because, steps) =>
    `The plan would do this, with risk ${risk} (${because}): ${steps}. Nothing was done.`,

  done: 'Done.',
  opened: (services, until, window) =>
    `${services} is open ${until === null ? 'without a deadline' : `until ${until}`} (${window}).`,
  notUp: (service, detail) => `${service} did not start: ${detail}`,
  closed: (what) => `Closed: ${what}.`,
  oneAtATime:
    'That is more than one order, so nothing was done. Send one order at a time, such as "stop db", then "open web".',
  sayItPlainly:
    'Nothing was done: VX11 does not carry out orders that are negated, conditional, for later, or quoted from another person. Say what to do now, such as "close web" or "open web for 20 minutes".',
  whichService: (names) =>
    names.length > 1
      ? `Nothing was done: which one do you mean, ${names.join(' or ')}? Write its name exactly as shown here.`
      : `Nothing was done: the service is not clear. Write each name exactly, as in "open ${names[0] ?? 'web'}".`,
  whichTime: (services) =>
    `Nothing was done: the duration is not clear. Say how long from now, as in "open ${services || 'web'} for 20 minutes" or "extend ${services || 'web'} by 10 minutes".`,
  whichOrder: (services, seconds) =>
    `I recognized ${services}${seconds === null ? '' : ` and ${seconds} seconds`}, but no order. Say one of: "open ${services} for ${seconds === null ? '20 minutes' : `${seconds} seconds`}", "close ${services}", "status of ${services}". Nothing was done.`,
  extended: (services, until, clamped) =>
    `${services} stays open ${until === null ? 'longer' : `until ${until}`}${clamped ? '; its max_ttl does not allow more' : ''}.`,
  restarted: (service) => `${service} was restarted; its window did not change.`,
  taskRan: (spawn) => `The task ran as ${spawn}.`,
  checked: (verdict) => `Checked ${verdict}.`,
  stepDone: (type) => `${type} is done.`,
  unknown: 'unknown',

  busy: 'Your previous message is still in progress, so nothing was started; send this one again shortly.',

  notStarted: (action, targets) =>
    `Understood as ${action}${targets === '' ? '' : ` of ${targets}`}. madre cannot be reached, so nothing was started; try again shortly.`,
  mayStillHappen:
    'madre did not answer in time. Your order may still be carried out: check GET /madre/plans.',
};
