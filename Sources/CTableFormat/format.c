#include "table_format.h"

const char *const tl_custom_names[] = {
  "",
#define TL_CUSTOM_NAME(name) #name,
  TL_CUSTOM_DECODERS(TL_CUSTOM_NAME)
#undef TL_CUSTOM_NAME
};
