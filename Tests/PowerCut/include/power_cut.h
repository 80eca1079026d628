#ifndef FLEDX_POWER_CUT_H
#define FLEDX_POWER_CUT_H

/* Preloaded into an unchanged program (LD_PRELOAD), this puts an SQLite file layer below every database it opens that
   keeps what is not synchronised in the process alone: SIGKILL then takes it, as a loss of power would. A random part
   of it reaches the file early, whole or torn, as a kernel may write back when it likes. Test only.

   FLEDX_POWER_CUT_SEED    chooses that part.
   FLEDX_POWER_CUT_DEAF    set: synchronising does nothing, as with a disk that lies. */

/* The same for the files of one folder that are written beside their names (`NAME.tmp`), synchronised and renamed: what
   is written reaches the file when that is synchronised, names change when the folder is.

   FLEDX_POWER_CUT_FOLDER  the folder, as the program names it.
   FLEDX_POWER_CUT_AT      "NAME CALL NUMBER": the process kills itself before that call for that file. Calls are create,
                           mode, write, sync, close, rename, open-folder, sync-folder and close-folder.
   FLEDX_POWER_CUT_KEEPS   set: nothing is lost, as when the process alone dies.
   FLEDX_POWER_CUT_SEED and FLEDX_POWER_CUT_DEAF as above. */

/* What the layer is called. */
#define POWER_CUT_LAYER "power-cut"

#endif
