/**
 * Every error that a caller can receive: its stable code, HTTP status, title, and whether a retry may succeed.
 * Codes are public: add, never rename.
 */
export const errorCatalog = {
  auth_required: { status: 401, title: 'A token is required', retry: false },
  envelope_refused: { status: 401, title: 'This envelope is not accepted', retry: false },
  session_required: { status: 401, title: 'A session is required', retry: false },
  forbidden: { status: 403, title: 'This token is not accepted', retry: false },
  link_not_accepted: { status: 403, title: 'This sign-in link is not accepted', retry: false },
  scope: { status: 403, title: 'This token may not do that', retry: false },
  host_not_allowed: { status: 403, title: 'This host name is not served here', retry: false },
  origin_not_allowed: {
    status: 403,
    title: 'Requests from this origin are not accepted',
    retry: false,
  },
  core_service: {
    status: 403,
    title: 'Core services cannot be stopped through the API',
    retry: false,
  },
  actions_disabled: { status: 403, title: 'Actions of hormiguero are switched off', retry: false },
  off_by_policy: { status: 403, title: 'Asleep by policy', retry: false },
  bad_json: { status: 400, title: 'The body is not valid, unambiguous JSON', retry: false },
  bad_request: { status: 400, title: 'The request is malformed', retry: false },
  https_required: { status: 400, title: 'This port speaks HTTPS', retry: false },
  ambiguous_token: { status: 400, title: 'Two different tokens were sent', retry: false },
  bad_idempotency_key: { status: 400, title: 'The Idempotency-Key is malformed', retry: false },
  bad_event_id: { status: 400, title: 'The Last-Event-ID is malformed', retry: false },
  not_found: { status: 404, title: 'Not found', retry: false },
  window_not_found: { status: 404, title: 'The window does not exist', retry: false },
  spawn_not_found: { status: 404, title: 'The task does not exist', retry: false },
  artifact_not_found: { status: 404, title: 'The task has no such artifact', retry: false },
  ambiguous_spawn: { status: 400, title: 'Several task ids start with this', retry: false },
  colony_not_found: { status: 404, title: 'The colony does not exist', retry: false },
  incident_not_found: { status: 404, title: 'The incident does not exist', retry: false },
  incident_ended: { status: 409, title: 'The incident has ended', retry: false },
  action_not_allowed: { status: 422, title: 'This action is not allowed', retry: false },
  unknown_action: { status: 422, title: 'The role has no such action', retry: false },
  plan_not_found: { status: 404, title: 'The plan does not exist', retry: false },
  session_not_found: { status: 404, title: 'The session does not exist', retry: false },
  result_not_found: { status: 404, title: 'No request has this correlation id', retry: false },
  nothing_to_confirm: { status: 400, title: 'This plan needs no confirmation', retry: false },
  wrong_confirm_token: {
    status: 403,
    title: 'The confirm token does not belong to this plan',
    retry: false,
  },
  self_approval: { status: 403, title: 'Another person has to confirm this plan', retry: false },
  confirm_token_used: { status: 409, title: 'This plan has already been decided', retry: false },
  confirm_token_expired: {
    status: 409,
    title: 'The time to confirm this plan is over',
    retry: false,
  },
  plan_changed: { status: 409, title: 'The plan has changed since it was shown', retry: false },
  plan_ended: { status: 409, title: 'This plan has ended', retry: false },
  suite_not_found: { status: 404, title: 'The suite does not exist', retry: false },
  schedule_not_found: { status: 404, title: 'The schedule does not exist', retry: false },
  schedule_off: { status: 409, title: 'This schedule is off in the compose file', retry: false },
  schedule_exists: { status: 409, title: 'A schedule of this name exists', retry: false },
  schedule_in_file: { status: 409, title: 'This schedule is in the compose file', retry: false },
  channel_not_found: { status: 404, title: 'The channel does not exist', retry: false },
  channel_off: { status: 409, title: 'This channel has a mistake', retry: false },
  notice_not_dead: { status: 404, title: 'No dead message has this id', retry: false },
  run_not_found: { status: 404, title: 'The run of checks does not exist', retry: false },
  repair_not_found: { status: 404, title: 'The repair does not exist', retry: false },
  patch_not_found: { status: 404, title: 'The patch does not exist', retry: false },
  nothing_red: { status: 409, title: 'No run of checks is red', retry: false },
  patch_not_applied: { status: 409, title: 'This patch is not applied', retry: false },
  decision_not_found: { status: 404, title: 'The decision does not exist', retry: false },
  provider_not_found: { status: 404, title: 'The provider does not exist', retry: false },
  download_disabled: {
    status: 403,
    title: 'Downloads of models are switched off',
    retry: false,
  },
  model_not_found: { status: 404, title: 'The model does not exist', retry: false },
  model_in_use: { status: 409, title: 'The model is in use', retry: true },
  pull_not_found: { status: 404, title: 'The pull does not exist', retry: false },
  audio_file_not_found: { status: 404, title: 'The audio file does not exist', retry: false },
  audio_job_not_found: { status: 404, title: 'The audio job does not exist', retry: false },
  audio_batch_not_found: { status: 404, title: 'The batch does not exist', retry: false },
  audio_full: { status: 409, title: 'There is no room for more audio', retry: true },
  preset_not_found: { status: 404, title: 'The preset does not exist', retry: false },
  no_open_window: { status: 404, title: 'No window is open', retry: false },
  method_not_allowed: {
    status: 405,
    title: 'This route does not support that method',
    retry: false,
  },
  request_timeout: { status: 408, title: 'The request took too long to arrive', retry: true },
  window_ended: { status: 409, title: 'This window has ended', retry: false },
  window_not_open: { status: 409, title: 'This window is not open', retry: true },
  too_many_waiting: {
    status: 409,
    title: 'Too many of your plans wait for a person',
    retry: false,
  },
  recently_rejected: {
    status: 409,
    title: 'A person rejected the same request just now',
    retry: false,
  },
  no_room: { status: 409, title: 'The host has no room for these services', retry: true },
  service_not_ready: { status: 409, title: 'The service did not become ready', retry: true },
  lane_taken: {
    status: 409,
    title: 'Another lane has this domain and type',
    retry: false,
  },
  request_in_flight: {
    status: 409,
    title: 'The same request is still in progress',
    retry: true,
  },
  too_large: { status: 413, title: 'The body is too large', retry: false },
  uri_too_long: { status: 414, title: 'The URL is too long', retry: false },
  unsupported_media: {
    status: 415,
    title: 'Only application/json is accepted',
    retry: false,
  },
  invalid: { status: 422, title: 'Some fields are not valid', retry: false },
  service_not_allowed: {
    status: 422,
    title: 'Only services of the compose file can be used',
    retry: false,
  },
  idempotency_mismatch: {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    retry: false,
  },
  too_many_requests: { status: 429, title: 'Too many requests', retry: true },
  headers_too_large: { status: 431, title: 'The headers are too large', retry: false },
  internal: { status: 500, title: 'Internal error', retry: true },
  managed_elsewhere: {
    status: 409,
    title: 'Another installation of VX11 manages this project',
    retry: true,
  },
  engine_unavailable: { status: 503, title: 'Docker cannot be reached', retry: true },
  temporal_unavailable: { status: 503, title: 'Temporal cannot be reached', retry: true },
  search_attributes_missing: {
    status: 503,
    title: 'Temporal lacks search attributes',
    retry: true,
  },
  madre_unavailable: { status: 503, title: 'madre cannot be reached', retry: true },
  store_unavailable: { status: 503, title: 'The store cannot be reached', retry: true },
  envelopes_off: { status: 503, title: 'Envelopes cannot be taken now', retry: true },
  too_many_streams: { status: 503, title: 'Too many event streams are open', retry: true },
} as const satisfies Record<string, { status: number; title: string; retry: boolean }>;

export type ErrorCode = keyof typeof errorCatalog;

/** A request field and the reason why it is invalid. */
export interface FieldProblem {
  field: string;
  problem: string;
}

/** An error that may be shown to a caller: a code of the catalog, and a sentence on what to do next. */
export class VX11Error extends Error {
  readonly code: ErrorCode;
  readonly fields: FieldProblem[];
  /** Seconds after which a retry may succeed. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { fields?: FieldProblem[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'VX11Error';
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
