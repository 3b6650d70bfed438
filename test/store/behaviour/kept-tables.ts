/**
 * Tables that grow with use and lose old rows: by retention, by a time limit of their own, or with the row they belong
 * to.
 */
export const growing = [
  'events intents_log', // as chains, see audit.ts
  'spawns spawn_attempts spawn_output idempotency', // by their own time limits
  'hormiguero_inee_nonces hormiguero_inee_audit_events', // so too
  'routing_decisions routing_feedback routing_spend', // so too
  'windows window_services plans plan_steps sessions session_turns madre_actions reports llm_calls',
  'ia_decisions rails_intents rails_events tokens presence host_leases',
  'web_sessions web_session_links notices notice_messages window_occurrences',
  'check_runs check_results repairs repair_candidates patches program_scans model_pulls drift_audits incidents audio_jobs audio_batches audio_reports',
].flatMap((names) => names.split(' '));
/** Tables whose size is bounded: leases go with windows, schedules with the compose file, module health with services, programs with the table of names, models and what the hub has by limits, findings of drift, their baselines and what ants remember with what is there, people set the rest. Routing's are bounded by targets. */
export const bounded =
  'routing_limits routing_state leases services catalogs models hub_models drift_findings drift_baselines ant_memories ant_states check_schedules window_schedules notice_cursors trace_cursors programs module_health chain_anchors chain_heads autonomy rails_lanes hormiguero_inee_colonies hormiguero_inee_agents migrations revisions operator_settings'.split(
    ' ',
  );
