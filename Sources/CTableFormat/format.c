#include "table_format.h"

const char *const tl_custom_names[] = {
  "",
#define TL_CUSTOM_NAME(name, swift) #name,
  TL_CUSTOM_DECODERS(TL_CUSTOM_NAME)
#undef TL_CUSTOM_NAME
};
const uint32_t tl_custom_count = sizeof tl_custom_names / sizeof *tl_custom_names;
