/** Loads what `vx11 up` loads, then exits, so that the compile cache holds it without types; see scripts/bootstrap/lean.mjs. */
import '../../main.ts';
import '../../up.ts';
