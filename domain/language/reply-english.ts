import type { Agreement, Sentences } from './reply-sentences.ts';

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const whoHas = (agreement: Agreement): string => {
  if (agreement.kind === 'several') return `${agreement.count} people have to`;
  return agreement.kind === 'another' ? 'Another person has to' : 'You have to';
};

const help =
  'Say what you want in a sentence. For example: "open web for 20 minutes because demo", "close web", ' +
  '"extend web by 10 minutes", "status", "restart web", "run `uptime`". What interrupts or takes something away waits for your confirmation.';

export const english: Sentences = {
  help,
  talk: `I open services for a while and put them to sleep again. ${help}`,

  noServiceKnown: 'No service is known yet.',
  nothingRuns: 'Nothing runs in a window.',
  inNoFile: (names) => `${names}: in no compose file.`,
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
  nothingKnown: 'Neither madre nor the store answers, so it is not known how things are.',

  waits: (risk, because, agreement, until, steps) =>
    `This is of ${risk} risk: ${because}. ${whoHas(agreement)} confirm it until ${until}: ${steps}.`,
  underWay: (plan, steps) => `It is under way as ${plan}: ${steps}.`,
  rejected: (plan) => `${plan} was rejected; nothing was done.`,
  cancelled: (plan, undone) =>
    `${plan} was cancelled${undone === '' ? '' : `; taken back: ${undone}`}.`,
  failed: (detail) => `That did not work. ${detail}`.trim(),
  failure: () => null,
  cause: (reason) => reason,
  dryRun: (risk, because, steps) =>
    `This is what would be done, at ${risk} risk (${because}): ${steps}. Nothing was done.`,

  done: 'Done.',
  opened: (services, until, window) =>
    `${services} is open ${until === null ? 'without an end' : `until ${until}`} (${window}).`,
  notUp: (service, detail) => `${service} did not come up: ${detail}`,
  closed: (what) => `Closed: ${what}.`,
  oneAtATime:
    'That is more than one thing, so nothing was done. Ask for one thing at a time, such as "stop db", then "open web".',
  sayItPlainly:
    'Nothing was done: what is not to happen, or only later or under a condition, or what somebody else said, is not carried out. Say what is to be done now, such as "close web" or "open web for 20 minutes".',
  whichService: (names) =>
    names.length > 1
      ? `Nothing was done: which one is meant, ${names.join(' or ')}? Name it exactly as it is written here.`
      : `Nothing was done: it is not clear which service is meant. Name each exactly, as in "open ${names[0] ?? 'web'}".`,
  whichTime: (services) =>
    `Nothing was done: that time is not clear. Say how long from now on, as in "open ${services || 'web'} for 20 minutes" or "extend ${services || 'web'} by 10 minutes".`,
  whichOrder: (services, seconds) =>
    `I understood ${services}${seconds === null ? '' : ` and ${seconds} seconds`}, and no order. Say one of: "open ${services} for ${seconds === null ? '20 minutes' : `${seconds} seconds`}", "close ${services}", "status of ${services}". Nothing was done.`,
  extended: (services, until, clamped) =>
    `${services} stays open ${until === null ? 'longer' : `until ${until}`}${clamped ? '; its max_ttl allows no more' : ''}.`,
  restarted: (service) => `${service} was restarted; its window stays as it was.`,
  taskRan: (spawn) => `The task ran as ${spawn}.`,
  stepDone: (type) => `${type} is done.`,
  unknown: 'unknown',

  busy: 'What you said before is not over, so nothing was started; say it again shortly.',

  notStarted: (action, targets) =>
    `Understood as ${action}${targets === '' ? '' : ` of ${targets}`}. madre is away, so nothing was started; try again shortly.`,
  mayStillHappen:
    'madre did not answer in time. What you asked for may still happen: GET /madre/plans tells.',
};
