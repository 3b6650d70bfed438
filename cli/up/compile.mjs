/** Loads what `vx11 up` loads and ends, so that the compile cache has it without types; see scripts/bootstrap/lean.mjs. */
import '../main.ts';
import '../up.ts';
