/** The texts of a plan, one set per language. Names, ids and codes are not translated. */
export interface PlanTexts {
  /** The effect of a step. */
  isUp(services: string, host: string, seconds: number | null): string;
  isExtended(services: string, host: string, window: string, seconds: number): string;
  isTakenOut(services: string, windows: string): string;
  nothingHolds(services: string): string;
  windowsEnd(windows: string, own: boolean): string;
  isRestarted(service: string, host: string, window: string): string;
  taskRuns(type: string, seconds: number): string;
  /** @param wakes what sleeps and is woken; empty if nothing */
  checksRun(suite: string, host: string, wakes: string): string;
  repairRuns(suite: string, host: string): string;
  filesChange(files: string, host: string): string;
  actsAre(acts: string, host: string): string;
  looks: string;
  passes(seconds: number): string;
  nothingChanges: string;
  roleIsAsked(role: string, action: string): string;
  modelIsPulled(model: string): string;
  /** How a step is undone. */
  closes(window: string): string;
  cancelsTask: string;
  endsRun(run: string): string;
  endsRepair(repair: string): string;
  endsPull: string;
  putsFilesBack(files: string): string;
  takesActsBack: string;
  givesUpRestart: string;
  /** The reason for a risk level. */
  risk: Record<RiskCause, string>;
  endsMore(what: string): string;
  wakesUnasked(names: string): string;
  tooMuch(names: string): string;
  ofOwner(window: string, owner: string): string;
  nothingToDoRisk: string;

  /** Why no plan was made, and what to do next. */
  noneYet: string;
  whichToOpen(names: string): string;
  whichToStop(names: string): string;
  whichToPatch(names: string): string;
  whatToRoute: string;
  /** For orders that nothing carries out: the commands that may have been meant. */
  nothingDoes: Record<'update' | 'migrate' | 'cleanup', (service: string) => string>;
  whichWindow: string;
  whichToExtend: string;
  atMostTen: string;
  runHint: string;
  noSuite(name: string | null, near: string | null): string;
  brokenChecks(problems: readonly string[]): string;
  notYours(services: string, windows: string): string;
  noWindow(services: string): string;
  noLiveWindow(window: string): string;
  deletesNothing: string;
  noWindowToExtend(services: string, seconds: number): string;
  notYoursToExtend(service: string, window: string, seconds: number): string;
  noEndToMove(window: string): string;
  notOpenYet(window: string): string;
  noHost(host: string, hosts: string): string;
  oneHost(hosts: string): string;
  inNoFile(service: string, host: string | null, names: string): string;
  alwaysRuns(service: string, tier: string): string;
  onSeveralHosts(service: string, hosts: string, example: string): string;
  windowOnOneHost(hosts: string): string;
  nothingToDo: string;
  tooManySteps(most: number): string;
  needsOperator(scope: string): string;
  holdNeedsAdmin(scope: string): string;
}

export type RiskCause =
  | 'low'
  | 'only_model'
  | 'unclear_order'
  | 'ourselves'
  | 'takes_away'
  | 'interrupts'
  | 'changes_files'
  | 'changes_reach'
  | 'downloads'
  | 'hold'
  | 'several_windows';
