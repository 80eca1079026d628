#ifndef FLEDX_POWER_CUT_H
#define FLEDX_POWER_CUT_H

/* Preloaded into an unchanged program (LD_PRELOAD), this puts an SQLite file layer below every database it opens that
   keeps what is not synchronised in the process alone: SIGKILL then takes it, as a loss of power would. A random part
   of it reaches the file early, whole or torn, as a kernel may write back when it likes. Test only.

   FLEDX_POWER_CUT_SEED    chooses that part.
   FLEDX_POWER_CUT_DEAF    set: synchronising does nothing, as with a disk that lies. */

/* What the layer is called. */
#define POWER_CUT_LAYER "power-cut"

#endif
