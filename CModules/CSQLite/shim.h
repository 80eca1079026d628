#ifndef FLEDX_CSQLITE_SHIM_H
#define FLEDX_CSQLITE_SHIM_H
#include <sqlite3.h>
#endif
