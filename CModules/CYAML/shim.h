#ifndef FLEDX_CYAML_SHIM_H
#define FLEDX_CYAML_SHIM_H
#include <yaml.h>
#endif
