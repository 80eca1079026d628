#ifndef FLEDX_CCURL_SHIM_H
#define FLEDX_CCURL_SHIM_H
#include <curl/curl.h>
#endif
