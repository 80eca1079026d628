#ifndef FLEDX_LOSSY_STORE_H
#define FLEDX_LOSSY_STORE_H

/* An SQLite file layer ("lossy") that remembers what a loss of power may take: every write and truncation since the
   last synchronisation of its file. Test only; everything else goes to the system's layer unchanged. */

/* Registers the layer under the name "lossy", once; 0 when it worked. */
int lossy_store_register(void);

/* Writes to `target` what would be left of `path` if the power went now: what was synchronised, and a random part of
   what was not, chosen by `seed` (0 loses all of it). Returns the number of writes that were lost, -1 on failure, and
   -2 when there is no such file. */
long lossy_store_cut(const char *path, const char *target, unsigned long long seed);

/* Lets nothing be written until `lossy_store_resume`, called by the same thread: files that are cut in between are cut
   at one moment. */
void lossy_store_pause(void);
void lossy_store_resume(void);

/* Forgets everything about files whose paths begin with `folder`. */
void lossy_store_forget(const char *folder);

#endif
