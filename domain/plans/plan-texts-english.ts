import type { PlanTexts } from './plan-texts.ts';

export const english: PlanTexts = {
  isUp: (services, host, seconds) =>
    `${services} on ${host} is up ${seconds === null ? 'with no end' : `for ${seconds} s`}`,
  isExtended: (services, host, window, seconds) =>
    `${services} on ${host} stays up ${seconds} s longer (${window}), within its max_ttl`,
  isTakenOut: (services, windows) =>
    `${services} is removed from ${windows} and stops; nothing is deleted`,
  nothingHolds: (services) => `no window holds ${services}, so nothing changes`,
  windowsEnd: (windows, own) =>
    `${own ? "the plan's own window" : 'windows'} ${windows} ends; services that no other window holds stop`,
  isRestarted: (service, host, window) =>
    `${service} on ${host} stops and starts again; ${window} does not change`,
  taskRuns: (type, seconds) => `a ${type} task runs in a sandbox for at most ${seconds} s`,
  checksRun: (suite, host, wakes) =>
    `the checks of ${suite} on ${host} run${wakes === '' ? '' : `; ${wakes} wakes for them, and sleeps again`}`,
  repairRuns: (suite, host) =>
    `a patch for ${suite} on ${host} is looked for in copies; a patch waits for a person`,
  filesChange: (files, host) => `${files} on ${host} changes as shown; a copy of it is kept`,
  actsAre: (acts, host) =>
    `on ${host}: ${acts}; it is watched, and taken back if it does not stay healthy`,
  looks: 'nothing changes: it only reads the status',
  passes: (seconds) => `the plan waits ${seconds} s`,
  nothingChanges: 'nothing changes',
  roleIsAsked: (role, action) => `${role} is asked for ${action}`,
  modelIsPulled: (model) => `hermes downloads the model ${model}; others may leave to make room`,
  closes: (window) => `close ${window}, unless it was already open`,
  cancelsTask: 'cancel the task',
  endsRun: (run) => `end ${run}, if it still runs; its requests are not reversed`,
  endsPull: 'end the pull, if it still runs; a model that is there stays',
  endsRepair: (repair) => `end ${repair}, if it still runs; what it applied is taken back`,
  putsFilesBack: (files) => `put ${files} back as before, unless somebody changed it since`,
  takesActsBack: 'take all of it back, as far as it says that it can',
  givesUpRestart: 'stop waiting for the restart; it is not reversed',
  risk: {
    low: 'it takes nothing away from anyone',
    only_model: 'only a model recognized this as an order',
    unclear_order: 'the text may not be an order',
    ourselves: 'it would stop VX11 itself',
    takes_away: 'it takes something away',
    interrupts: 'it interrupts or changes something',
    changes_files: 'it changes files of the stack',
    changes_reach: 'it touches mounts, ports, networks, rights or image tags, or removes something',
    downloads: 'it downloads a model, for which others may leave',
    hold: 'a hold window has no deadline (hold)',
    several_windows: 'it ends several windows (suspend)',
  },
  endsMore: (what) => `it ends ${what} (suspend)`,
  wakesUnasked: (names) => `it would wake ${names}, which no plan may wake unless it is asked to`,
  tooMuch: (names) => `${names} too`,
  ofOwner: (window, owner) => `${window} of ${owner}`,
  nothingToDoRisk: 'there is nothing to do',

  noneYet: 'none yet',
  whichToOpen: (names) => `Which service? These can be opened: ${names}.`,
  whichToStop: (names) => `Which service? These can be stopped: ${names}.`,
  whichWindow: 'Which window? Name a service, or say "close all".',
  whichToExtend: 'Which window? Name its service, as in "extend web by 10 minutes".',
  whichToPatch: (names) =>
    `Which one? Name one service to bring it back to what its compose file declares, as in "patch web", or a patch; services: ${names}.`,
  whatToRoute: 'What should a model answer? Say it after a colon: "route: summarize this text …".',
  nothingDoes: {
    update: (service) =>
      `VX11 updates nothing by itself. Did you mean "restart ${service}", or "patch ${service}" (back to what its compose file declares)? With x-vx11.pull: always in the compose file, every start pulls the newest image.`,
    migrate: () =>
      'VX11 migrates nothing. Did you mean vx11 backup and vx11 restore, which move it to another machine?',
    cleanup: () =>
      'VX11 cleans nothing up. Did you mean "close all" (ends your windows), "scan for problems", or vx11 models, which removes models?',
  },
  atMostTen: 'One window holds at most 10 services.',
  runHint:
    'Put the command between backticks to run it in a sandbox, or name a service to open a window on it.',
  noSuite: (name, near) =>
    name === null
      ? 'There is nothing to check: no compose file has a service.'
      : `There is no suite and no service ${name}.${near === null ? '' : ` Did you mean ${near}?`}`,
  brokenChecks: (problems) =>
    `These checks cannot run until the compose file is corrected: ${problems.join('; ')}`,
  notYours: (services, windows) =>
    `You have no window on ${services}: ${windows} keeps it running. Use "stop" to remove it from there.`,
  noWindow: (services) => `No window is open${services === '' ? '' : ` on ${services}`}.`,
  noLiveWindow: (window) =>
    `${window} is not live: it has ended, or never existed. GET /vx11/windows lists all windows.`,
  deletesNothing: 'VX11 deletes nothing; it only stops services. Name a service to stop it.',
  noWindowToExtend: (services, seconds) =>
    `You have no open window on ${services} to extend; "open ${services} for ${seconds} seconds" opens one.`,
  notYoursToExtend: (service, window, seconds) =>
    `${window} keeps ${service} running, and only its owner can extend it; "open ${service} for ${seconds} seconds" opens one of your own.`,
  noEndToMove: (window) => `${window} is on hold: it has no deadline to extend.`,
  notOpenYet: (window) => `${window} is not open yet. Extend it once it is.`,
  noHost: (host, hosts) => `${host} is not a known host; known hosts: ${hosts}.`,
  oneHost: (hosts) => `A plan runs on one host; you named several: ${hosts}.`,
  inNoFile: (service, host, names) =>
    `${service} is ${host === null ? 'in no compose file' : `not in the compose file of ${host}`}; services that can be opened: ${names}.`,
  alwaysRuns: (service, tier) => `${service} belongs to the ${tier} tier: it always runs.`,
  onSeveralHosts: (service, hosts, example) =>
    `${service} is on several hosts (${hosts}); name one of them, as in "${service} on ${example}".`,
  windowOnOneHost: (hosts) => `A window is on one host; these services are on ${hosts}.`,
  nothingToDo: 'There is nothing to do.',
  tooManySteps: (most) => `A plan has at most ${most} steps.`,
  needsOperator: (scope) => `This needs a token with scope operator; yours has scope ${scope}.`,
  holdNeedsAdmin: (scope) => `A hold needs a token with scope admin; yours has scope ${scope}.`,
};
