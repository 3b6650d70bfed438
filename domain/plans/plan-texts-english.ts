import type { PlanTexts } from './plan-texts.ts';

export const english: PlanTexts = {
  isUp: (services, host, seconds) =>
    `${services} on ${host} is up ${seconds === null ? 'with no end' : `for ${seconds} s`}`,
  isExtended: (services, host, window, seconds) =>
    `${services} on ${host} stays up ${seconds} s longer (${window}), within its max_ttl`,
  isTakenOut: (services, windows) =>
    `${services} is taken out of ${windows}, and stops; nothing is deleted`,
  nothingHolds: (services) => `no window holds ${services}, so nothing changes`,
  windowsEnd: (windows, own) =>
    `${own ? "the plan's own window" : 'windows'} ${windows} ends; what nobody else holds stops`,
  isRestarted: (service, host, window) =>
    `${service} on ${host} stops and starts again; ${window} stays as it is`,
  taskRuns: (type, seconds) => `a ${type} task runs in a sandbox for at most ${seconds} s`,
  looks: 'nothing changes: it looks',
  passes: (seconds) => `${seconds} s pass`,
  nothingChanges: 'nothing changes',
  roleIsAsked: (role, action) => `${role} is asked for ${action}`,
  closes: (window) => `close ${window}, unless it was open already`,
  cancelsTask: 'cancel the task',
  givesUpRestart: 'give up waiting for it; a restart stays',
  risk: {
    low: 'it takes nothing away from anybody',
    only_model: 'only a model took this for something to do',
    unclear_order: 'it may not have been meant as an order',
    ourselves: 'it would end VX11 itself',
    takes_away: 'it takes something away',
    interrupts: 'it interrupts or changes something',
    hold: 'a window on hold has no end (hold)',
    several_windows: 'it ends several windows (suspend)',
  },
  endsMore: (what) => `it ends ${what} (suspend)`,
  tooMuch: (names) => `${names} too`,
  ofOwner: (window, owner) => `${window} of ${owner}`,
  nothingToDoRisk: 'there is nothing to do',

  noneYet: 'none yet',
  whichToOpen: (names) => `Which service? These can be opened: ${names}.`,
  whichToStop: (names) => `Which service? These can be stopped: ${names}.`,
  whichWindow: 'Which window? Name a service, or say "close all".',
  whichToExtend: 'Which window? Name its service, as in "extend web by 10 minutes".',
  atMostTen: 'One window holds at most 10 services.',
  runHint:
    'Put the command between backticks to run it in a sandbox, or name a service to open a window on it.',
  notYours: (services, windows) =>
    `No window of yours is on ${services}: ${windows} holds it up. "stop" takes it out of there.`,
  noWindow: (services) => `No window is open${services === '' ? '' : ` on ${services}`}.`,
  deletesNothing: 'VX11 deletes nothing: it puts services to sleep. Name a service to stop it.',
  noWindowToExtend: (services, seconds) =>
    `No window of yours is open on ${services}, so there is none to extend; "open ${services} for ${seconds} seconds" opens one.`,
  notYoursToExtend: (service, window, seconds) =>
    `${window} holds ${service} up, and its owner can extend it; "open ${service} for ${seconds} seconds" opens one of your own.`,
  noEndToMove: (window) => `${window} is on hold: it has no end to move.`,
  notOpenYet: (window) => `${window} is not open yet: extend it once it is.`,
  noHost: (host, hosts) => `${host} is no host here; there are: ${hosts}.`,
  oneHost: (hosts) => `One plan is for one host; these are several: ${hosts}.`,
  inNoFile: (service, host, names) =>
    `${service} is ${host === null ? 'in no compose file' : `not in the compose file of ${host}`}; services that can be opened: ${names}.`,
  alwaysRuns: (service, tier) => `${service} is of the ${tier} tier: it always runs.`,
  onSeveralHosts: (service, hosts, example) =>
    `${service} is on several hosts (${hosts}); name one of them, as in "${service} on ${example}".`,
  windowOnOneHost: (hosts) => `One window is on one host; these are on ${hosts}.`,
  nothingToDo: 'There is nothing to do.',
  tooManySteps: (most) => `A plan has at most ${most} steps.`,
  needsOperator: (scope) => `This needs a token of scope operator; yours is ${scope}.`,
  holdNeedsAdmin: (scope) => `A hold needs a token of scope admin; yours is ${scope}.`,
};
