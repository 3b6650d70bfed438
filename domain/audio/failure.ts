/** Why a job failed, in words of the API; docs/audio.md lists what to do about each. */
export type AudioCause =
  | 'file_not_found'
  | 'input_changed'
  | 'not_audio'
  | 'bad_header'
  | 'engine_missing'
  | 'engine_failed'
  | 'out_of_memory'
  | 'disk_full'
  | 'too_short'
  | 'silent'
  | 'channels_unsupported'
  | 'out_of_budget';
